import { counted } from '../../../core/index.js';
import type { ExpectedGain } from '../../../commands/recommend/expected-gain.js';
import type { Recommendation } from '../../../commands/recommend/recommend-run.js';
import { farthest, type SimilarRow } from '../../../commands/recommend/similar-data.js';
import type { Interval } from '../../../run/files/index.js';

/** What the recommended policy is set against, in words. */
const names: Record<ExpectedGain['over'], string> = {
  none: 'no augmentation',
  standard: 'crop and flip',
};

/** What gain to expect, and what that rests on. */
export function gainLines({ gains, training }: Recommendation): string[] {
  const rows = gains
    .flatMap((gain) => [...gain.rows, ...(gain.nearest ? [gain.nearest] : [])])
    .filter(({ row }, i, all) => all.findIndex((other) => other.row === row) === i);
  return [
    ...gains.map((gain) => `Over ${names[gain.over]}: ${gainText(gain)}.`),
    ...flipLines(gains, training),
    ...rows.map((row) => rowText(row, training)),
    ...(rows.length === 0 ? [] : [`Yours: ${factsText(training)}.`]),
    ...spreadLines(gains),
  ];
}

function gainText({ state, gain, why, over, rows }: ExpectedGain): string {
  if (gain === null) return `not known: ${why}`;
  const sets = rows.length === 1 ? 'one similar data set' : `${rows.length} similar data sets`;
  const figures = `${pointsText(gain)} on ${sets}`;
  switch (state) {
    case 'gain':
      return figures;
    case 'loss':
      return `${figures}: a loss; \`--policy ${over}\` is the better choice`;
    case 'no gain':
      return `no gain to be expected: ${figures}`;
    case 'not known':
      return `not known: ${figures} does not tell a gain from a loss`;
  }
}

/** `+2.3 [-2.7, 7.3]`. */
function pointsText({ value, low, high }: Interval): string {
  const sign = value > 0 ? '+' : '';
  return `${sign}${points(value)} [${points(low)}, ${points(high)}]`;
}

/** To a tenth; no minus before a zero. */
function points(share: number): string {
  const text = (100 * share).toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
}

/** What crop and flip does to data of which a flip breaks the labels. */
function flipLines(
  gains: readonly ExpectedGain[],
  { flipKeepsLabels }: Recommendation['training'],
): string[] {
  const counts = gains.some(({ over, gain }) => over === 'standard' && gain !== null);
  if (!counts || flipKeepsLabels !== false) return [];
  return ['A flip costs this task some of what it knows, as it does in those data.'];
}

/** One data set that was measured, and how far it is from the user's. */
function rowText({ row, distance }: SimilarRow, { network }: Recommendation['training']): string {
  const { data, seeds, testImages, measure, source, note } = row;
  const far = distance > farthest;
  const other = row.network === network ? '' : `, another network (${row.network})`;
  const length = counted(row.epochs, 'epoch');
  return `${far ? 'Nearest, but too unlike' : 'Measured on'}: ${data}, ${factsText(row)}, ${length}, ${counted(seeds, 'seed')}, ${measure} of ${count(testImages)} test images${other}${note === undefined ? '' : ` (${note})`}; distance ${distance.toFixed(1)}, similar up to ${farthest}; ${source}.`;
}

function factsText(of: SimilarRow['row'] | Recommendation['training']): string {
  const { images, classes, height, width, pretrained, imagesSeen } = of;
  const size = height === width ? `${height}` : `${height}x${width}`;
  return `${count(images)} images of ${count(classes)} classes at ${size} px, ${pretrained ? 'from weights' : 'from scratch'}, ${count(imagesSeen)} seen in training`;
}

const count = (value: number): string => value.toLocaleString('en');

/** What the intervals do not contain. */
function spreadLines(gains: readonly ExpectedGain[]): string[] {
  if (!gains.some(({ gain }) => gain?.method === 'envelope')) return [];
  return [
    'Of one or two data sets the interval is theirs: how far the gain differs from one data set to another is not in it.',
  ];
}
