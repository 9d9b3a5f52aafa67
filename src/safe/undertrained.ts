import { pairedInterval } from '../metrics/index.js';
import { type Skill } from './harm.js';
import type { ControlJudgement } from './verdict.js';

/**
 * Positive controls count as recognised from this J on where the task is mastered, and from that of
 * `ControlJudgement.passed` where it is not (docs/decisions/035).
 */
const MASTERED_J = 0.4;

/**
 * Why the network has not learned enough for any verdict; empty where it may speak.
 *
 * Half of the positive controls must be recognised: a set may hold negatives beside its images, or
 * patterns in which two seams are lost, but hardly more. On plain textures that leaves only controls which
 * no network recognises well; one that has mastered the task there, surely three quarters of what lies
 * between guessing and perfect, need not recognise them as often. And the task head must surely do
 * better than guessing, or nothing is known of what keeps the labels.
 */
export function whyUndertrained(controls: readonly ControlJudgement[], accuracy: Skill): string {
  const { value, low } = pairedInterval(accuracy.score, 0.05);
  const { chance } = accuracy;
  const mastered = low > chance + 0.75 * (1 - chance);
  const positive = controls.filter((c) => c.kind === 'positive');
  const missed = positive.filter((c) => !(c.passed || (mastered && c.j.low > MASTERED_J)));
  if (positive.length > 0 && missed.length > positive.length / 2) {
    const names = missed.map((c) => `${c.name} (J ${c.j.value.toFixed(2)})`).join(', ');
    return `undertrained: the network does not yet recognise ${names}; train longer, or on more images`;
  }
  if (low <= chance)
    return `undertrained: the task's accuracy of ${value.toFixed(3)} is no better than guessing (${chance.toFixed(3)}); train longer, or look at the labels`;
  return '';
}
