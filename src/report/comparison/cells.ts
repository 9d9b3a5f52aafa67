import { formatDuration } from '../../core/index.js';
import {
  type ArmResult,
  type Comparison,
  type Figure,
  type Interval,
} from '../../run/files/index.js';
import { figureText } from '../figure-text.js';
import { whole } from '../html.js';
import { answersOf, rangeText } from './answer.js';

/** The table of a comparison as text, a row an arm: what every form of it is made of. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Mean and interval of every figure, differences to none and to all, cost. */
export function tableOf(comparison: Comparison): Table {
  const { figures, arms } = comparison;
  const [first] = figures;
  return {
    heads: [
      'arm',
      ...figures.map(({ label }) => label),
      `${first.label} against none`,
      `${first.label} against all`,
      'images',
      'time',
    ],
    rows: arms.map((arm) => [
      nameOf(arm),
      ...figures.map((figure) => estimate(figure, arm.figures[figure.key])),
      arm.toNone ? rangeText(first, arm.toNone) : '',
      arm.toAll ? rangeText(first, arm.toAll) : '',
      whole(Math.round(arm.images)),
      formatDuration(arm.seconds),
    ]),
  };
}

/** `all+safe-v2 (= all+safe)` where both have the same policy. */
export function nameOf({ name, sameAs }: ArmResult): string {
  return sameAs === undefined ? name : `${name} (= ${sameAs})`;
}

/** `88.3 % [87.1 %, 89.5 %]`, or the value alone where there is no interval. */
function estimate(figure: Figure, { value, low, high }: Interval): string {
  const text = figureText(figure, value);
  return low === high ? text : `${text} [${figureText(figure, low)}, ${figureText(figure, high)}]`;
}

/** What stands under every form of the table. */
export function noteOf(comparison: Comparison): string {
  const { figures, seeds, epochs, imagesPerEpoch, testImages, missing } = comparison;
  const n = seeds.length;
  const [first] = figures;
  return [
    `${n} ${n === 1 ? 'seed' : 'seeds'}; every arm saw at most ${epochs} epochs of ${whole(imagesPerEpoch)} images; tested on ${whole(testImages)} images that took part in no decision.`,
    n === 1
      ? 'Intervals of 95 % are over test images; other seeds may differ by more.'
      : 'Intervals of 95 % are the wider of those over seeds (Student’s t) and over test images.',
    `Differences are paired${n === 1 ? '' : ' by seed and'} by image${first.share ? ', in percentage points' : ''}. Images and time are those of one training, what it started from included.`,
    ...(missing.length > 0 ? [`Not there yet: ${missing.join(', ')}.`] : []),
  ].join(' ');
}

/** The answers to what a comparison is made for, a paragraph for each arm with a safe set; none where it has none. */
export function answerTexts(comparison: Comparison): string[] {
  return answersOf(comparison).map(({ short, details }, i) =>
    `${i === 0 ? `${question} ` : ''}${short} ${details}`.trim(),
  );
}

export const question = 'Does the safe set pay?';
