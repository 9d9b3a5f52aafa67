import { cutsWindow } from '../../augment/index.js';
import type { LearnConfig } from '../../config/index.js';
import type { Selection } from '../../run/files/index.js';
import type { Size } from '../../image/image.js';
import { isCostlyFlip } from '../../safe/index.js';
import { isCostlyBlur, keepersOf } from '../learn/recommend.js';
import type { PolicyPart } from './policy-parts.js';

/** Names of what was judged and is not in the policy, by the reason; each stands in one list. */
export interface LeftOut {
  readonly breaksLabels: readonly string[];
  /** Of some classes: the policy has no exceptions. */
  readonly breaksSomeClasses: readonly string[];
  readonly conflicts: readonly string[];
  readonly undecided: readonly string[];
  /** Crops: the padded crop does their work, or none is wanted. */
  readonly crops: readonly string[];
  /** Of small images. */
  readonly blurs: readonly string[];
}

/**
 * Why augmentations that were judged are not in the recommended policy.
 *
 * @param parts of that policy
 * @param size of the images that it is for
 */
export function leftOutOf(
  config: Pick<LearnConfig, 'augmentations'>,
  selection: Selection,
  parts: readonly PolicyPart[],
  size: Size,
): LeftOut {
  const kept = new Set((keepersOf(config, selection) ?? []).map(({ spec }) => spec.name));
  const used = new Set(parts.map(({ name }) => name));
  const reasons: Record<keyof LeftOut, string[]> = {
    breaksLabels: [],
    breaksSomeClasses: [],
    conflicts: [],
    undecided: [],
    crops: [],
    blurs: [],
  };
  for (const { name, grade, except = [] } of selection.augmentations) {
    if (used.has(name)) continue;
    if (kept.has(name)) {
      // A shift alone becomes the padded crop too.
      if (isCostlyBlur(name, size)) reasons.blurs.push(name);
      if (cutsWindow(name) || name === 'ShiftScaleRotate') reasons.crops.push(name);
    } else if (grade === 'label-breaking') reasons.breaksLabels.push(name);
    else if (except.length > 0) reasons.breaksSomeClasses.push(name);
    else if (selection.keep?.includes(name)) reasons.conflicts.push(name);
    else reasons.undecided.push(name);
  }
  return reasons;
}

/**
 * Whether a horizontal flip keeps the labels, by what the run has judged: no, where it breaks labels, those of some classes, or is not
 * in the policy and its harm is surely above a quarter of the margin (crop and flip makes no exceptions).
 *
 * @returns null where that is not decided, or not judged
 */
export function flipKeepsLabels(
  { augmentations, harmMargin = 0 }: Selection,
  inPolicy: boolean,
): boolean | null {
  if (inPolicy) return true;
  const flip = augmentations.find(({ name }) => name === 'HorizontalFlip');
  if (flip === undefined) return null;
  const { grade, except = [], harm } = flip;
  if (grade === 'label-breaking' || except.length > 0) return false;
  return harm !== undefined && isCostlyFlip(harm, harmMargin) ? false : null;
}
