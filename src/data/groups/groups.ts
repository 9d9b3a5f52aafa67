import { printable, UserError } from '../../core/index.js';
import { countOf } from '../folders.js';
import type { Dataset, Groups } from '../dataset.js';
import type { Item, SplitName } from '../listing.js';
import { alikeNames, type AlikeNames } from './alike-names.js';
import { linked } from './near-duplicates.js';
import { namePattern } from './name-pattern.js';

export interface GroupOptions {
  /** A pattern over the images' names (`namePattern`); null: none. */
  readonly groupBy?: string | null;
  /** Keep near-duplicates together. Default true. */
  readonly nearDuplicates?: boolean;
  /** Without a pattern or a column: keep together what is named alike, where it also looks alike (`alikeNames`). Default true. */
  readonly namesAlike?: boolean;
}

/** Where likeness leaves fewer groups than this share of the images, or than so many, it does not tell copies from different pictures. */
const leastApart = { share: 1 / 4, groups: 10 };
/** A class has an image in every part (training, judging, cut-offs, test) with so many groups. */
const leastOfClass = 4;

/**
 * The data with the groups of their images: by the pattern, or else by the column of groups where a table has one, or else by what is
 * named alike and looks alike; joined where images are nearly the same. Without any of these the data stay as they are.
 *
 * @throws UserError `GROUP_PATTERN` where the pattern is no pattern, fits no name, or puts all images together
 */
export function withGroups(data: Dataset, options: GroupOptions): Dataset {
  const { groupBy = null, nearDuplicates = true, namesAlike = true } = options;
  const { items } = data;
  const warnings: string[] = [];
  const asked = groupBy === null ? columnOf(items) : patternOf(items, groupBy, data.root, warnings);
  const subjects = asked === undefined && namesAlike ? ofOneSubject(data) : undefined;
  const named = asked ?? subjects?.groups;
  const all = nearDuplicates ? data.nearDuplicates : [];
  const films = partsAlike(items, linked(all, items.length));
  warnings.push(...films.map(filmWarning));
  const isApart = ([i, j]: readonly [number, number]): boolean =>
    films.every(({ part }) => items[i].split !== part && items[j].split !== part);
  const found = all.filter(isApart);
  const likeness = linked(found, items.length);
  const alike = new Set(likeness).size;
  const isTelling =
    found.length === 0 ||
    (alike >= leastApart.share * items.length &&
      alike >= leastApart.groups &&
      leavesClasses(data, likeness));
  if (!isTelling) warnings.push(alikeWarning(items.length));
  const pairs = isTelling ? found : [];
  if (named === undefined && pairs.length === 0)
    return warnings.length === 0 ? data : { ...data, warnings: [...data.warnings, ...warnings] };
  const groups = joined(items, named, isTelling ? likeness : linked([], items.length));
  // Every image alone is what there is without groups.
  if (groups.names.length === items.length)
    return { ...data, warnings: [...data.warnings, ...warnings] };
  if (subjects !== undefined) warnings.push(subjectsWarning(data, subjects));
  warnings.push(...nearWarnings(data, pairs), ...acrossWarnings(items, groups));
  const byLikeness = asked === undefined;
  return {
    ...data,
    groups: { ...groups, ...(byLikeness && { byLikeness }) },
    warnings: [...data.warnings, ...warnings],
  };
}

/** What is named alike and looks alike, unless that would leave one of the data's own parts with too few observations. */
function ofOneSubject(data: Dataset): AlikeNames | undefined {
  const found = alikeNames(data);
  if (found === undefined) return undefined;
  const places = new Map<string, number>();
  const of = Int32Array.from(found.groups, (group, i) => {
    if (group === undefined) return i;
    const place = places.get(group) ?? i;
    places.set(group, place);
    return place;
  });
  return partsAlike(data.items, of).length === 0 ? found : undefined;
}

function subjectsWarning({ items }: Dataset, { groups, example: [a, b] }: AlikeNames): string {
  const count = new Set(groups.map((group, i) => group ?? i)).size;
  return `images whose names begin alike look alike, such as ${printable(items[a].name)} and ${printable(items[b].name)}: such images are taken for pictures of one subject (${countOf(count, 'subject')} in all), stay in one part of the split and count as one; say otherwise with --group-by, or take each by itself with --set namesAlike=apart`;
}

/**
 * Whether likeness leaves two classes that can be held out, if there are two without it: nobody asked for groups, so they
 * must not stop a run that would go on without them.
 */
function leavesClasses({ items, targets, classes }: Dataset, groupOf: Int32Array): boolean {
  if (targets.kind !== 'class') return true;
  const own = classes.map(() => ({ images: 0, groups: new Set<number>() }));
  items.forEach(({ split }, i) => {
    if (split !== 'train') return;
    const one = own[targets.classes[i]];
    one.images++;
    one.groups.add(groupOf[i]);
  });
  const many = (sizes: readonly number[]): number =>
    Math.min(2, sizes.filter((size) => size >= leastOfClass).length);
  return many(own.map(({ groups }) => groups.size)) >= many(own.map(({ images }) => images));
}

/** A part of the data whose images are nearly the same. */
interface PartAlike {
  readonly part: SplitName;
  readonly images: number;
  readonly groups: number;
}

/**
 * The data's own parts for validation and test that likeness would leave with too few observations for any interval, as
 * the frames of one film: fewer than ten groups of equal size would give, `n^2 / sum m^2` (Kish, 1965), and than half of their
 * images.
 */
function partsAlike(items: readonly Item[], groupOf: Int32Array): PartAlike[] {
  return (['val', 'test'] as const).flatMap((part) => {
    const sizes = new Map<number, number>();
    items.forEach(({ split }, i) => {
      if (split === part) sizes.set(groupOf[i], (sizes.get(groupOf[i]) ?? 0) + 1);
    });
    const own = [...sizes.values()];
    const images = own.reduce((sum, size) => sum + size, 0);
    const effective = images ** 2 / own.reduce((sum, size) => sum + size ** 2, 0);
    const isAlike = effective < leastApart.groups && effective < images / 2;
    return isAlike ? [{ part, images, groups: own.length }] : [];
  });
}

function filmWarning({ part, images, groups }: PartAlike): string {
  const words = part === 'test' ? 'test' : 'validation';
  return `the ${images} ${words} images look nearly the same in ${countOf(groups, 'group')}, as frames of a film do: each counts by itself, so that intervals over them may be too narrow; name what belongs together with --group-by`;
}

/** The groups of some of the images in their order; undefined where each image is one. */
export function groupsAmong(
  { groups }: Pick<Dataset, 'groups'>,
  indices: ArrayLike<number>,
): Int32Array | undefined {
  if (groups === undefined) return undefined;
  const of = Int32Array.from(indices, (i) => groups.of[i]);
  return new Set(of).size === of.length ? undefined : of;
}

/** What the table says; images without an entry are groups of their own. */
function columnOf(items: readonly Item[]): (string | undefined)[] | undefined {
  return items.some(({ group }) => group !== undefined)
    ? items.map(({ group }) => group)
    : undefined;
}

function patternOf(
  items: readonly Item[],
  text: string,
  root: string,
  warnings: string[],
): (string | undefined)[] {
  const pattern = namePattern(text);
  const names = items.map(({ name }) => pattern(name));
  const odd = names.flatMap((name, i) => (name === undefined ? [i] : []));
  const different = new Set(names).size;
  if (odd.length === items.length || (different === 1 && items.length > 1))
    throw new UserError(
      'GROUP_PATTERN',
      odd.length > 0
        ? "The pattern of groups fits none of the images' names."
        : 'The pattern puts all images into one group.',
      {
        where: `--group-by ${text}`,
        expected: `several groups among paths such as ${printable(items[0].name)}`,
        got: odd.length > 0 ? 'no name that fits' : `only the group "${names[0]}"`,
        remedy: `name the part that images of a group share: '{track}_*' for the file's name up to its first underscore, '{folder}/*' for its folder (in ${root})`,
      },
    );
  if (odd.length > 0)
    warnings.push(
      `the pattern of groups does not fit ${countOf(odd.length, 'name')}, e.g. ${printable(items[odd[0]].name)}: each of these images is a group of its own`,
    );
  return names;
}

/** Groups by name and by likeness: whatever hangs together is one. */
function joined(
  items: readonly Item[],
  named: readonly (string | undefined)[] | undefined,
  near: Int32Array,
): Groups {
  const parent = Int32Array.from(near);
  const rootOf = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at];
    return at;
  };
  const firstOf = new Map<string, number>();
  named?.forEach((name, i) => {
    if (name === undefined) return;
    const first = firstOf.get(name);
    if (first === undefined) firstOf.set(name, i);
    else {
      const [a, b] = [rootOf(first), rootOf(i)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  });
  const names: string[] = [];
  const places = new Map<number, number>();
  const of = Int32Array.from(items, (_, i) => {
    const root = rootOf(i);
    let place = places.get(root);
    if (place === undefined) {
      place = names.length;
      places.set(root, place);
      names.push(named?.[root] ?? items[root].name);
    }
    return place;
  });
  return { of, names };
}

function alikeWarning(images: number): string {
  return `too many of the ${images} images look nearly the same, so copies cannot be told from different pictures: each image counts by itself; name what belongs together with --group-by`;
}

function nearWarnings({ items, duplicates }: Dataset, pairs: Dataset['nearDuplicates']): string[] {
  if (pairs.length === 0) return [];
  const exact = duplicates.testInTrain + duplicates.withinTrain;
  const images = new Set(pairs.flat()).size;
  const [a, b] = pairs[0];
  const twin = exact === 0 ? '' : ', exact copies among them';
  return [
    `${images} images are nearly the same as another${twin} (for example ${printable(items[a].name)} and ${printable(items[b].name)}): those that are alike stay in one part of the split and count as one`,
  ];
}

/** The data's own parts stay as they are, also where they divide a group. */
function acrossWarnings(items: readonly Item[], { of, names }: Groups): string[] {
  const parts = names.map(() => new Set<string>());
  items.forEach(({ split }, i) => parts[of[i]].add(split));
  return (['test', 'val'] as const).flatMap((part) => {
    const both = parts.filter((own) => own.has(part) && own.has('train')).length;
    if (both === 0) return [];
    const words = part === 'test' ? 'test' : 'validation';
    return [
      `${countOf(both, 'group')} of images ${both === 1 ? 'is' : 'are'} both in the data's own training part and in their ${words} part: figures on the ${words} images may be too good`,
    ];
  });
}
