import {
  formatDuration,
  type ArmResult,
  type Comparison,
  type Figure,
  type Interval,
} from '../../config/index.js';
import { changeText, figureText } from '../figure-text.js';
import { whole } from '../html.js';

/** The table of a comparison as text, a row an arm: what every form of it is made of. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Mean and interval of every figure, differences to none and to all, cost. */
export function tableOf(comparison: Comparison): Table {
  const { figures, arms, intervals } = comparison;
  const [first] = figures;
  const over = `95 % over ${intervals}`;
  return {
    heads: [
      'arm',
      ...figures.map(({ label }) => label),
      `${first.label} to none (${over})`,
      `${first.label} to all (${over})`,
      'images',
      'time',
    ],
    rows: arms.map((arm) => [
      nameOf(arm),
      ...figures.map((figure) => estimate(figure, arm.figures[figure.key])),
      change(first, arm.toNone),
      change(first, arm.toAll),
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

/** `+1.2 [+0.3, +2.1]`, in points where the figure is a share. */
function change(figure: Figure, interval: Interval | null): string {
  if (interval === null) return '';
  const { value, low, high } = interval;
  const text = changeText(figure, value);
  return low === high ? text : `${text} [${changeText(figure, low)}, ${changeText(figure, high)}]`;
}

/** One sentence under every form of the table. */
export function noteOf(comparison: Comparison): string {
  const { seeds, epochs, imagesPerEpoch, testImages, missing } = comparison;
  const n = seeds.length;
  const rest = missing.length > 0 ? ` Not there yet: ${missing.join(', ')}.` : '';
  return `${n} ${n === 1 ? 'seed' : 'seeds'}; every arm saw at most ${epochs} epochs of ${whole(imagesPerEpoch)} images; tested on ${whole(testImages)} images that took part in no decision. Differences are paired${n === 1 ? '' : ' by seed and'} by image${n === 1 ? '' : '; intervals are the wider of those over seeds and over images'}.${rest}`;
}
