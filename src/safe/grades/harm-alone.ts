import type { TransformSpec } from '../../augment/index.js';
import type { PairedMean } from '../../metrics/index.js';
import { harm, type Skill } from '../harm.js';
import { score, type JudgingPasses, type Observer, type Scored } from '../scoring.js';

/** What is needed to judge an augmentation that no head has learned to recognise. */
export interface HarmAloneOptions {
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  /** Of all judging images. */
  readonly clean: Scored;
  readonly skill: Skill;
  readonly calibration: number;
}

/**
 * The harm of an augmentation that the network has never seen, over so many judging images at most: one pass.
 *
 * @returns a part of the task head's skill, with its standard error
 */
export async function harmAlone(
  transform: TransformSpec,
  most: number,
  { passes, observer, clean, skill, calibration }: HarmAloneOptions,
): Promise<PairedMean> {
  const before = clean.task.from(calibration).skill().values;
  const images = { from: 0, to: Math.min(clean.task.count, calibration + most) };
  const { task } = await score(passes([transform], 0, images), observer);
  const after = task.from(calibration).skill().values;
  return harm(
    after.map((value, i) => value - before[i]),
    skill,
  );
}
