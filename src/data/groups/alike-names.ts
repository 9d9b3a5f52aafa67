import { Rng } from '../../core/index.js';
import type { Dataset } from '../dataset.js';
import { thumbnailOf, unexplained, type Thumbnail } from './look.js';

/** Images that are taken for pictures of one subject, by their names. */
export interface AlikeNames {
  /** What each image belongs to: its folder and the beginning of its name; undefined where the name does not divide. */
  readonly groups: readonly (string | undefined)[];
  /** Two images of one group. */
  readonly example: readonly [number, number];
}

/** Where a name may divide: at its first underscore, hyphen or space, or at its last. */
const divisions = [/^(.+?)[_\- ]/, /^(.+)[_\- ]/];

/** Fewer groups tell too little, and leave too few observations. */
const fewestGroups = 20;
/** Images of a group on average; more are a kind of things rather than one thing. */
const mostImages = 50;
/** A class has an image in every part with so many groups. */
const fewestOfClass = 4;
/** Of the classes that have as many images; and of the images that share their group with another. */
const mostOf = { classes: 0.9, images: 0.5 };
/** Groups that are looked at, drawn at random. */
const mostLooks = 300;
/**
 * Where images of a group are surely more alike than others of their class in more than this share of cases, they show one subject. Without
 * classes the others may be other things altogether.
 */
const alikeFrom = { inClass: 0.65, anywhere: 0.85 };
/** Draws of an image of another group. */
const mostTries = 20;
/** Standard errors to the lower limit: 99.9 %. */
const sure = 3.1;

/**
 * Finds out whether images whose names begin alike, as `00012_00005.png` and `00012_00017.png` of one folder, show one subject: frames of
 * a track, pictures of a patient. The names propose groups; the images decide: two of a group must be more alike than two of a class
 * (docs/decisions/096-alike-names.md).
 *
 * @returns undefined where no way to divide the names passes
 */
export function alikeNames(
  data: Pick<Dataset, 'items' | 'targets' | 'store'>,
): AlikeNames | undefined {
  for (const division of divisions) {
    const groups = data.items.map(({ name }) => beginning(name, division));
    const members = membersOf(groups);
    const example = [...members.values()].find(({ length }) => length > 1);
    if (
      example !== undefined &&
      leavesEnough(data, groups, members) &&
      showOne(data, groups, members)
    )
      return { groups, example: [example[0], example[1]] };
  }
  return undefined;
}

function beginning(name: string, division: RegExp): string | undefined {
  const from = name.lastIndexOf('/') + 1;
  const found = division.exec(name.slice(from));
  return found === null ? undefined : name.slice(0, from) + found[1];
}

/** The images of each group. */
type Members = ReadonlyMap<string, readonly number[]>;

function membersOf(groups: readonly (string | undefined)[]): Members {
  const members = new Map<string, number[]>();
  groups.forEach((group, i) => {
    if (group === undefined) return;
    const own = members.get(group);
    if (own === undefined) members.set(group, [i]);
    else own.push(i);
  });
  return members;
}

/** Whether the groups are many, most images have a partner, and nearly every class keeps images for each part. */
function leavesEnough(
  { items, targets }: Pick<Dataset, 'items' | 'targets'>,
  groups: readonly (string | undefined)[],
  members: Members,
): boolean {
  const partnered = [...members.values()].reduce(
    (n, own) => n + (own.length > 1 ? own.length : 0),
    0,
  );
  if (partnered < mostOf.images * items.length) return false;
  if (members.size < fewestGroups || items.length > mostImages * members.size) return false;
  if (targets.kind !== 'class') return true;
  const classes = new Map<number, { images: number; groups: Set<string | number> }>();
  items.forEach(({ split }, i) => {
    if (split !== 'train') return;
    const label = targets.classes[i];
    const own = classes.get(label) ?? { images: 0, groups: new Set() };
    own.images++;
    own.groups.add(groups[i] ?? i);
    classes.set(label, own);
  });
  const large = [...classes.values()].filter(({ images }) => images >= fewestOfClass);
  const kept = large.filter((own) => own.groups.size >= fewestOfClass);
  return kept.length >= mostOf.classes * large.length;
}

/** Whether images of a group are surely more alike than others of their class. */
function showOne(
  { targets, store }: Pick<Dataset, 'targets' | 'store'>,
  groups: readonly (string | undefined)[],
  members: Members,
): boolean {
  const rng = new Rng('alike names');
  const classOf = (i: number): number => (targets.kind === 'class' ? targets.classes[i] : 0);
  const byClass = new Map<number, number[]>();
  for (const i of [...members.values()].flat()) {
    const own = byClass.get(classOf(i));
    if (own === undefined) byClass.set(classOf(i), [i]);
    else own.push(i);
  }
  const thumbnails = new Map<number, Thumbnail>();
  const thumbnail = (i: number): Thumbnail => {
    const own = thumbnails.get(i) ?? thumbnailOf(store, i);
    thumbnails.set(i, own);
    return own;
  };
  const apart = (i: number, j: number): number => unexplained(thumbnail(i), thumbnail(j));
  /** An image of the same class and another group. */
  const stranger = (i: number): number | undefined => {
    const others = byClass.get(classOf(i)) ?? [];
    for (let tries = 0; tries < mostTries; tries++) {
      const j = others[rng.int(0, others.length)];
      if (groups[j] !== groups[i]) return j;
    }
    return undefined;
  };
  const wins: number[] = [];
  const several = [...members.values()].filter(({ length }) => length > 1);
  for (const own of rng.shuffle(several)) {
    const [i, j] = rng.sample(own.length, 2).map((at) => own[at]);
    const [k, l] = [stranger(i), stranger(j)];
    if (k === undefined || l === undefined) continue;
    const near = apart(i, j);
    wins.push((won(near, apart(i, k)) + won(near, apart(j, l))) / 2);
    if (wins.length === mostLooks) break;
  }
  if (wins.length < fewestGroups) return false;
  const limit = targets.kind === 'class' ? alikeFrom.inClass : alikeFrom.anywhere;
  const mean = wins.reduce((sum, win) => sum + win, 0) / wins.length;
  const variance = wins.reduce((sum, win) => sum + (win - mean) ** 2, 0) / (wins.length - 1);
  return mean - sure * Math.sqrt(variance / wins.length) > limit;
}

/** 1 where the pair is more alike than the other one, 1/2 where both are as far apart. */
function won(near: number, far: number): number {
  return near === far ? 0.5 : Number(near < far);
}
