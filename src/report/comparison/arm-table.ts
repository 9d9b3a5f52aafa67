import { formatDuration } from '../../core/index.js';
import {
  type ArmResult,
  type Comparison,
  type Figure,
  type Interval,
} from '../../run/files/index.js';
import { changeRange, count, figureText, whole } from '../wording.js';

/** The table of a comparison as text, a row an arm: what every form of it is made of. */
export interface ArmTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Mean and interval of every figure, differences from none and from all where those were trained, cost. */
export function armTable(comparison: Comparison): ArmTable {
  const { figures, arms } = comparison;
  const [first] = figures;
  const others = [
    { name: 'none', to: ({ toNone }: ArmResult) => toNone },
    { name: 'all', to: ({ toAll }: ArmResult) => toAll },
  ].filter(({ to }) => arms.some((arm) => to(arm)));
  return {
    heads: [
      'arm',
      ...figures.map(({ label }) => label),
      ...others.map(({ name }) => `${first.label} against ${name}`),
      'images',
      'time',
    ],
    rows: arms.map((arm) => [
      armName(arm),
      ...figures.map((figure) => estimate(figure, arm.figures[figure.key])),
      ...others.map(({ to }) => {
        const difference = to(arm);
        return difference ? changeRange(first, difference) : '';
      }),
      whole(Math.round(arm.images)),
      formatDuration(arm.seconds),
    ]),
  };
}

/** `all+safe-v2 (= all+safe)` where both have the same policy. */
export function armName({ name, sameAs }: ArmResult): string {
  return sameAs === undefined ? name : `${name} (= ${sameAs})`;
}

/** `88.3 % [87.1 %, 89.5 %]`, or the value alone where there is no interval. */
function estimate(figure: Figure, { value, low, high }: Interval): string {
  const text = figureText(figure, value);
  return low === high ? text : `${text} [${figureText(figure, low)}, ${figureText(figure, high)}]`;
}

/** The note under every form of the table. */
export function noteOf(comparison: Comparison): string {
  const { figures, seeds, epochs, imagesPerEpoch, testImages, missing } = comparison;
  const n = seeds.length;
  const [first] = figures;
  return [
    `${count(n, 'seed')}. Each arm saw at most ${count(epochs, 'epoch')} of ${whole(imagesPerEpoch)} images and was tested on ${whole(testImages)} images that no decision was based on.`,
    n === 1
      ? 'The 95 % intervals are over test images; other seeds may differ by more.'
      : 'Each 95 % interval is the wider of the one over seeds (Student’s t) and the one over test images.',
    `Differences are paired${n === 1 ? '' : ' by seed and'} by image${first.share ? ', in percentage points' : ''}. Images and time are those of one training and of the training it started from.`,
    ...(missing.length > 0 ? [`Still missing: ${missing.join(', ')}.`] : []),
  ].join(' ');
}
