import type { EventLine, RunEventOf } from '../config/index.js';
import { chart } from './chart.js';
import { figure } from './html.js';
import { palette } from './style.js';

/** Losses, accuracy and learning rate over epochs; empty where the run has no epochs. */
export function curves(events: readonly EventLine[]): string {
  // A resumed run may tell an epoch twice: the last one counts.
  const byEpoch = new Map<number, RunEventOf<'epoch'>>();
  for (const event of events) if (event.type === 'epoch') byEpoch.set(event.epoch, event);
  const epochs = [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
  if (epochs.length === 0) return '';
  const held = epochs.filter((e) => e.judging !== null);
  const line = (
    name: string,
    data: [number, number][],
    color: string,
    more: Record<string, unknown> = {},
  ) => ({
    name,
    type: 'line' as const,
    data: data.map(([x, y]): [number, number] => [x, Number(y.toPrecision(5))]),
    symbol: data.length > 40 ? 'none' : 'circle',
    symbolSize: 5,
    lineStyle: { color, width: 2 },
    itemStyle: { color },
    ...more,
  });
  const svg = chart(
    {
      legend: { top: 4 },
      grid: [
        { left: 60, right: 530, top: 50, bottom: 40 },
        { left: 550, right: 60, top: 50, bottom: 40 },
      ],
      xAxis: [0, 1].map((gridIndex) => ({
        type: 'value' as const,
        gridIndex,
        min: 0,
        max: epochs.at(-1)!.epoch,
      })),
      yAxis: [
        { type: 'value', gridIndex: 0, name: 'loss (nats)' },
        { type: 'value', gridIndex: 1, name: 'accuracy', min: 0, max: 1 },
        { type: 'value', gridIndex: 1, name: 'learning rate', splitLine: { show: false } },
      ],
      series: [
        line(
          'task loss, training',
          epochs.map((e) => [e.epoch, e.train.taskLoss]),
          palette.first,
        ),
        line(
          'task loss, held out',
          held.map((e) => [e.epoch, e.judging!.taskLoss]),
          palette.first,
          { lineStyle: { color: palette.first, type: 'dashed', width: 2 } },
        ),
        line(
          'recognition loss, training',
          epochs.map((e) => [e.epoch, e.train.augmentLoss]),
          palette.second,
        ),
        line(
          'recognition loss, held out',
          held.map((e) => [e.epoch, e.judging!.augmentLoss]),
          palette.second,
          { lineStyle: { color: palette.second, type: 'dashed', width: 2 } },
        ),
        line(
          'task accuracy, held out',
          held.map((e) => [e.epoch, e.judging!.taskAccuracy]),
          palette.safe,
          {
            xAxisIndex: 1,
            yAxisIndex: 1,
          },
        ),
        line(
          'learning rate',
          epochs.map((e) => [e.epoch, e.lr]),
          palette.grey,
          {
            xAxisIndex: 1,
            yAxisIndex: 2,
          },
        ),
      ],
    },
    340,
    'Training curves',
  );
  return figure(
    svg,
    'Joint learning, over epochs. Held-out images are augmented as in training, so their accuracy is lower than on clean images.',
  );
}
