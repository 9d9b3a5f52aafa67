import type { Selection } from '../config/index.js';
import { chart } from './chart.js';
import { figure } from './html.js';
import { palette } from './style.js';

/** Figure 3.1 of the thesis from this run: both passes' rates and the task's accuracy, for each augmentation. */
export function figure31(selection: Selection): string {
  const rows = [...selection.augmentations].sort((a, b) => a.tpr - b.tpr);
  const clean = selection.cleanAccuracy?.value;
  const bar = (name: string, data: number[], color: string) => ({
    name,
    type: 'bar' as const,
    data: data.map((v) => Number(v.toFixed(4))),
    itemStyle: { color },
    barGap: '10%',
  });
  const svg = chart(
    {
      grid: { left: 50, right: 20, top: 50, bottom: 110 },
      legend: { top: 6, itemGap: 28 },
      xAxis: {
        type: 'category',
        data: rows.map((r) => r.name),
        axisLabel: { rotate: 40, interval: 0 },
      },
      yAxis: { type: 'value', min: 0, max: 1 },
      series: [
        bar(
          'false positives, clean',
          rows.map((r) => r.fpr),
          palette.first,
        ),
        bar(
          'recognised when applied',
          rows.map((r) => r.tpr),
          palette.second,
        ),
        {
          name: 'task accuracy when applied',
          type: 'line',
          data: rows.map((r) => Number((r.taskAccuracy ?? NaN).toFixed(4))),
          lineStyle: { width: 0 },
          symbol: 'diamond',
          symbolSize: 11,
          itemStyle: { color: '#1c2026' },
          ...(clean === undefined
            ? {}
            : {
                markLine: {
                  symbol: 'none',
                  lineStyle: { color: palette.unsafe, width: 1.5, type: 'solid' },
                  label: { show: false },
                  data: [{ yAxis: clean }],
                },
              }),
        },
      ],
    },
    420,
    'False positives, recognition rate and task accuracy for each augmentation',
  );
  return figure(
    svg,
    'As figure 3.1 of the thesis: false positives on clean images and recognition when applied (at the calibrated cut-off), and the task’s accuracy under each augmentation; the red line is its accuracy without augmentation.',
  );
}
