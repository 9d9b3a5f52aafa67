import {
  epochFigures,
  type EpochMetrics,
  type EventLine,
  type RunEventOf,
} from '../run/files/index.js';
import { escape } from './html.js';

type Epoch = RunEventOf<'epoch'>;
type Points = readonly (readonly [number, number])[];

interface Line {
  readonly name: string;
  readonly kind: 'training' | 'held';
  readonly points: Points;
}

const width = 380;
const height = 230;
const margin = { left: 46, right: 14, top: 10, bottom: 30 };

/** Losses, accuracy and learning rate over epochs; empty where the run tells of no epoch. */
export function curves(events: readonly EventLine[]): string {
  // A resumed run may tell an epoch twice: the last one counts.
  const byEpoch = new Map<number, Epoch>();
  for (const event of events) if (event.type === 'epoch') byEpoch.set(event.epoch, event);
  const epochs = [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
  if (epochs.length === 0) return '';
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
  const key = `<p class="key"><span><i class="swatch training"></i>training</span><span><i class="swatch held"></i>held out</span></p>`;
  const rate: Line = {
    name: 'training',
    kind: 'training',
    points: epochs.map((e) => [e.epoch, e.lr]),
  };
  return `${key}<div class="panels">${[
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
      [0, 1],
    ),
    ...epochFigures.map(({ key, label }) =>
      panel(
        label[0].toUpperCase() + label.slice(1),
        both((m) => m[key]),
        [0, 1],
      ),
    ),
    panel('Learning rate', [rate]),
  ].join(
    '',
  )}</div><p class="soft">Over epochs. Both losses are in nats. Images are augmented here, held-out ones too, so the accuracy is lower than on clean images.</p>`;
}

function panel(title: string, lines: readonly Line[], range?: readonly [number, number]): string {
  if (lines.every((line) => line.points.length === 0)) return '';
  const all = lines.flatMap((line) => line.points).filter(([, v]) => Number.isFinite(v));
  const last = Math.max(1, ...all.map(([epoch]) => epoch));
  // The first epochs may be far above the rest; they must not flatten it.
  const values = all.map(([, v]) => v).sort((a, b) => a - b);
  const top = range?.[1] ?? 1.08 * (values[Math.floor(values.length * 0.98)] || 1);
  const x = (epoch: number): number =>
    margin.left + (epoch / last) * (width - margin.left - margin.right);
  const y = (v: number): number =>
    margin.top + (1 - Math.min(1, Math.max(0, v / top))) * (height - margin.top - margin.bottom);
  const bottom = height - margin.bottom;
  const grid = ticks(top, 4).map(
    (v) =>
      `<line class="tick" x1="${margin.left}" x2="${width - margin.right}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}"/><text x="${margin.left - 7}" y="${(y(v) + 4).toFixed(1)}" text-anchor="end">${v}</text>`,
  );
  const epochs = ticks(last, 5)
    .filter((v) => Number.isInteger(v))
    .map((v) => `<text x="${x(v).toFixed(1)}" y="${bottom + 19}" text-anchor="middle">${v}</text>`);
  const drawn = lines
    .filter((line) => line.points.length > 0)
    .map((line) => {
      const path = line.points.map(([e, v]) => `${x(e).toFixed(1)},${y(v).toFixed(1)}`).join(' ');
      return `<polyline class="curve ${line.kind}" points="${path}"/>`;
    });
  const ends = lines
    .flatMap((line) => {
      const end = line.points.at(-1);
      return end === undefined ? [] : [`${line.name} ends at ${Number(end[1].toPrecision(3))}`];
    })
    .join(', ');
  return `<figure class="panel"><h3>${title}</h3><svg role="img" aria-label="${escape(`${title} over ${last} epochs: ${ends}`)}" viewBox="0 0 ${width} ${height}">${grid.join('')}${epochs.join('')}${drawn.join('')}</svg></figure>`;
}

/** Round values from 0 to `top`, about `n` of them. */
function ticks(top: number, n: number): number[] {
  const power = 10 ** Math.floor(Math.log10(top / n));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => top / s <= n + 0.5) ?? 10 * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) =>
    Number((i * step).toFixed(digits)),
  );
}
