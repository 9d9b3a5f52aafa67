import {
  createTransform,
  cutsWindow,
  type Policy,
  type PolicyNode,
  type Restore,
  type TransformSpec,
} from '../../augment/index.js';
import type { LearnConfig } from '../../config/index.js';
import type { AugmentationResult, Selection } from '../../run/files/index.js';
import type { Size } from '../../image/image.js';
import { photographSide } from '../../models/index.js';
import { isCostlyFlip, isHarmless, mostPadding } from '../../safe/index.js';

/** An augmentation in the range in which it keeps the labels. */
export interface Keeper {
  readonly spec: TransformSpec;
  /** The option whose range was narrowed, all others still; undefined where it keeps the labels as it is. */
  readonly narrowed?: string;
}

/** What a recommendation goes by. */
export interface KeptRanges {
  readonly keepers: readonly Keeper[];
  /** Of the images trained on. */
  readonly size: Size;
  readonly restore: Restore;
  /** Share of the longer side that a crop may pad, where that was judged; else it follows from the keepers. */
  readonly padding?: number;
}

/** How many of the rest are drawn for an image in a long training. */
const drawnAtLength = 2;

/** Share of the epochs, at their end, that are trained on the safe set alone. */
export const lastShare = 0.1;

/**
 * The policy to train with on these data, from what was judged, without any training of its own
 * (docs/decisions/073-recommended.md):
 *
 * - a crop from the padded image, as far as it was judged harmless, or as crops or shifts keep the labels;
 * - a flip in half of the images, where it keeps them;
 * - one more of everything else that keeps them, or nothing, all alike, its magnitude drawn within its range
 *   (as TrivialAugment draws: Müller and Hutter, 2021).
 *
 * Crops that fill up their border by mirroring are left out: the padded crop does their work. So are blurs of small images.
 */
export function recommend(ranges: KeptRanges): Policy {
  return policyOf(ranges, { drawn: 1 });
}

/**
 * The same for a long training, and what ours grow to: two of the rest, to which comes what common recipes add, as far as it was judged harmless, and at the
 * end a rectangle that is painted over, where that was harmless too.
 *
 * @returns undefined where none of the additions was judged harmless
 */
export function recommendLong(ranges: KeptRanges, selection: JudgedWidely): Policy | undefined {
  const { keepers, size, padding = paddingFrom(keepers, size) } = ranges;
  const harmless = (selection.additions ?? []).filter((addition) => addition.harmless);
  if (harmless.length === 0) return undefined;
  const added = harmless.map(({ name, options }): Keeper => ({ spec: { name, options } }));
  const paints = ({ spec }: Keeper): boolean => spec.name === 'RandomErasing';
  const wide = [...widelyHarmless(selection), ...added.filter((k) => !paints(k))];
  const kept = keepers.filter((keeper) => !wide.some((wider) => reaches(wider, keeper)));
  return policyOf(
    { ...ranges, padding, keepers: [...kept, ...wide] },
    { drawn: drawnAtLength, last: added.filter(paints) },
  );
}

/** What long trainings go by beside the keepers. */
type JudgedWidely = Partial<
  Pick<Selection, 'additions' | 'augmentations' | 'harmMargin' | 'known'>
>;

/** Changes of brightness and contrast, which every recipe has, where their full range is harmless by the rule of the additions. */
function widelyHarmless({ augmentations = [], harmMargin = 0, known = 1 }: JudgedWidely): Keeper[] {
  return augmentations.flatMap(({ name, params, harm, except = [] }): Keeper[] => {
    if (!usualTones.includes(name) || harm === undefined || except.length > 0) return [];
    return isHarmless(harm, { known, harmMargin }) ? [{ spec: { name, options: params } }] : [];
  });
}

const usualTones = ['RandomBrightness', 'RandomContrast', 'RandomGamma'];

/** Whether one does all that the other does: the same in its full range, or the same part of ShiftScaleRotate. */
function reaches(wider: Keeper, { spec: { name }, narrowed }: Keeper): boolean {
  if (wider.spec.name !== name) return false;
  if (name !== 'ShiftScaleRotate') return true;
  return narrowed !== undefined && wider.spec.options?.[narrowed] !== 0;
}

/** The form of both: crop, flip, `drawn` times one of the rest, and in every image what comes `last`. */
function policyOf(
  { keepers, size, restore, padding = paddingFrom(keepers, size) }: KeptRanges,
  { drawn, last = [] }: { readonly drawn: number; readonly last?: readonly Keeper[] },
): Policy {
  const names = keepers.map(({ spec }) => spec.name);
  const members: PolicyNode[] = [];
  if (padding > 0) members.push(node({ name: 'PaddedCrop', options: { padding } }, 1));
  if (names.includes('HorizontalFlip')) members.push(node({ name: 'HorizontalFlip' }, 0.5));
  const more = keepers.filter(({ spec: { name }, narrowed }) => {
    const shifts = name === 'ShiftScaleRotate' && narrowed === 'shiftLimit';
    return name !== 'HorizontalFlip' && !cutsWindow(name) && !shifts && !isCostlyBlur(name, size);
  });
  if (more.length > 0)
    for (let i = 0; i < drawn; i++)
      members.push({
        kind: 'oneOf',
        members: [nothing, ...more.map(({ spec }) => node(spec, 1))],
        p: 1,
      });
  members.push(...last.map(({ spec }) => node(spec, 1)));
  const { height, width } = size;
  return { version: 1, restore, size: { height, width }, root: { kind: 'compose', members, p: 1 } };
}

/**
 * How far an image may be shifted, as a share of its longer side: a crop that leaves out a part of the sides shifts by
 * up to half of it. 0 where that is less than half a pixel.
 */
function paddingFrom(keepers: readonly Keeper[], size: Size): number {
  const shifts = keepers.map(({ spec }) => {
    const magnitude = (option?: string): number =>
      createTransform(spec)
        .magnitudes(size)
        .find((m) => option === undefined || m.option === option)?.full ?? 0;
    if (spec.name === 'RandomCrop') return magnitude() / 2;
    return spec.name === 'ShiftScaleRotate' ? magnitude('shiftLimit') : 0;
  });
  const most = Math.min(mostPadding, Math.max(0, ...shifts));
  return Math.round(most * Math.max(size.height, size.width)) > 0 ? most : 0;
}

/**
 * Whether an augmentation blurs images in which every pixel counts: on CIFAR-100 the weakest Blur, in one image of eight and with little
 * harm as judged, cost three points in sixty epochs (docs/decisions/093-long-trainings.md).
 */
export function isCostlyBlur(name: string, { height, width }: Size): boolean {
  return ['Blur', 'GaussianBlur'].includes(name) && Math.max(height, width) < photographSide;
}

/** Leaves an image as it is. */
const nothing: PolicyNode = { kind: 'compose', members: [], p: 1 };

function node({ name, options = {} }: TransformSpec, p: number): PolicyNode {
  return { kind: 'transform', name, options, p };
}

/**
 * Whether few images alone leave open that HorizontalFlip keeps the labels: it was not detected, and the estimate of its harm lies
 * below its margin, the interval not above a quarter of it. Nearly every recipe has it, so that leaving it out has a price, too.
 */
function isLikelyKeeper(
  { name, verdict, grade, harm, except = [] }: AugmentationResult,
  margin = 0,
) {
  return (
    name === 'HorizontalFlip' &&
    grade === 'undecided' &&
    verdict === 'undecided' &&
    except.length === 0 &&
    harm !== undefined &&
    harm.value < margin &&
    !isCostlyFlip(harm, margin)
  );
}

/**
 * What keeps the labels of all classes, a flip that probably does among it: the members of keep-v2 as they are, and each magnitude of what is not in keep, as
 * far as it keeps them. What breaks single classes is left out: a policy has no exceptions.
 *
 * @returns undefined where harm was not judged
 */
export function keepersOf(
  { augmentations: specs }: Pick<LearnConfig, 'augmentations'>,
  { augmentations, keep, keepV2, harmMargin }: Selection,
): Keeper[] | undefined {
  if (keep === undefined || keepV2 === undefined) return undefined;
  return augmentations.flatMap((augmentation): Keeper[] => {
    const { name, except = [], strengths = [] } = augmentation;
    if (except.length > 0) return [];
    const isLikely = isLikelyKeeper(augmentation, harmMargin);
    const full = specs.filter((spec) => spec.name === name && (isLikely || keepV2.includes(name)));
    if (isLikely || keep.includes(name)) return full.map((spec) => ({ spec }));
    return strengths.flatMap(({ option, keepOptions }) =>
      keepOptions ? [{ spec: { name, options: keepOptions }, narrowed: option }] : [],
    );
  });
}
