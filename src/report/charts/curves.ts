import { max, quantile } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import {
  epochFigures,
  type EpochMetrics,
  type EventLine,
  type RunEventOf,
} from '../../run/files/index.js';
import { joined, markup, nothing, type Markup } from '../html.js';
import { key } from '../elements.js';
import { count } from '../wording.js';

type Epoch = RunEventOf<'epoch'>;
type Points = readonly (readonly [epoch: number, value: number])[];

interface Line {
  readonly name: string;
  readonly kind: 'training' | 'held';
  readonly points: Points;
}

const width = 380;
const height = 230;
const margin = { left: 46, right: 14, top: 10, bottom: 30 };

/** What the curves of a `learn` run are measured on. */
export const augmentedNote =
  'Held-out images are augmented here as training images are, so the accuracy is not that on clean images.';

/**
 * Losses, accuracy and learning rate over epochs; nothing where the events hold no epoch.
 *
 * @param note about the images, below the curves
 */
export function curves(events: readonly EventLine[], note = ''): Markup {
  // A resumed run may report an epoch twice: the last one counts. Of folds the first stands for all.
  const byEpoch = new Map<number, Epoch>();
  for (const event of events)
    if (event.type === 'epoch' && (event.fold ?? 1) === 1) byEpoch.set(event.epoch, event);
  const epochs = [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
  if (epochs.length === 0) return nothing;
  const pointsOf = (part: 'train' | 'judging', of: (m: EpochMetrics) => number | undefined) =>
    epochs.flatMap((e) => {
      const metrics = e[part];
      const value = metrics === null ? undefined : of(metrics);
      return value === undefined ? [] : [[e.epoch, value] as const];
    });
  const both = (of: (m: EpochMetrics) => number | undefined): Line[] => [
    { name: 'training', kind: 'training', points: pointsOf('train', of) },
    { name: 'held out', kind: 'held', points: pointsOf('judging', of) },
  ];
  const rate: Line = {
    name: 'training',
    kind: 'training',
    points: epochs.map((e) => [e.epoch, e.lr]),
  };
  // Where what is done to the images grows.
  const strength: Line = {
    name: 'training',
    kind: 'training',
    points: epochs.flatMap((e) =>
      e.strength === undefined ? [] : [[e.epoch, e.strength] as const],
    ),
  };
  const panels = [
    panel(
      'Task loss',
      both((m) => m.taskLoss),
    ),
    panel(
      'Recognition loss',
      both((m) => m.augmentLoss),
    ),
    panel(
      'Task accuracy',
      both((m) => m.taskAccuracy),
      1,
    ),
    ...epochFigures.map(({ key: figure, label }) =>
      panel(
        label[0].toUpperCase() + label.slice(1),
        both((m) => m[figure]),
        1,
      ),
    ),
    panel('Learning rate', [rate]),
    panel('Strength of the policy', [strength]),
  ];
  const meanings = key([
    ['training', 'training'],
    ['held', 'held out'],
  ]);
  const grows =
    strength.points.length === 0
      ? ''
      : ' At strength 1 an image gets one of the policy’s changes, at 2 two, and so on; it grows while the training runs ahead of its held-out images, and is 2 or more where nine of ten of these are right.';
  return markup`${meanings}<div class="panels">${panels}</div><p class="soft">By epoch; losses in nats. ${note}${grows}</p>`;
}

/** @param highest of the vertical axis; default a little above the values */
function panel(title: string, lines: readonly Line[], highest?: number): Markup {
  const shown = lines.filter((line) => line.points.length > 0);
  if (shown.length === 0) return nothing;
  const all = shown.flatMap((line) => line.points).filter(([, v]) => Number.isFinite(v));
  const last = Math.max(1, max(all, ([epoch]) => epoch) ?? 1);
  // The first epochs may be far above the rest; they must not flatten it.
  const top = highest ?? 1.08 * (quantile(all, 0.98, ([, v]) => v) || 1);
  const bottom = height - margin.bottom;
  const x = scaleLinear([0, last], [margin.left, width - margin.right]);
  const y = scaleLinear([0, top], [bottom, margin.top]).clamp(true);
  const grid = y
    .ticks(4)
    .map(
      (v) =>
        markup`<line class="tick" x1="${margin.left}" x2="${width - margin.right}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}"/><text x="${margin.left - 7}" y="${(y(v) + 4).toFixed(1)}" text-anchor="end">${v}</text>`,
    );
  const epochs = x
    .ticks(5)
    .filter((v) => Number.isInteger(v))
    .map(
      (v) =>
        markup`<text x="${x(v).toFixed(1)}" y="${bottom + 19}" text-anchor="middle">${v}</text>`,
    );
  const drawn = shown.map(({ kind, points }) => {
    const path = points.map(([e, v]) => `${x(e).toFixed(1)},${y(v).toFixed(1)}`);
    return markup`<polyline class="curve ${kind}" points="${joined(path, ' ')}"/>`;
  });
  const ends = shown
    .map(({ name, points }) => `${name} ends at ${Number(points.at(-1)![1].toPrecision(3))}`)
    .join(', ');
  const label = `${title} over ${count(last, 'epoch')}: ${ends}`;
  return markup`<figure class="panel"><h3>${title}</h3><svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}">${grid}${epochs}${drawn}</svg></figure>`;
}
