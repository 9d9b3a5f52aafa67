import type { Selection } from '../config/index.js';
import { chart } from './chart.js';
import { figure } from './html.js';
import { palette } from './style.js';

/** Two axes: how recognisable an augmentation is, and what it does to the task. */
export function scatter(selection: Selection): string {
  const svg = chart(
    {
      grid: { left: 70, right: 130, top: 30, bottom: 50 },
      xAxis: { type: 'value', name: 'AUC', nameLocation: 'middle', nameGap: 30, min: 0.45, max: 1 },
      yAxis: {
        type: 'value',
        name: 'change of task accuracy',
        nameLocation: 'middle',
        nameGap: 50,
        axisLabel: { formatter: (v: number) => `${Math.round(100 * v)} %` },
      },
      series: [
        {
          type: 'scatter',
          symbolSize: 11,
          labelLayout: { moveOverlap: 'shiftY', hideOverlap: false },
          data: selection.augmentations.map((a) => ({
            name: a.name,
            value: [a.auc, a.taskChange.value],
            itemStyle: { color: palette[a.verdict] },
            label: { show: true, formatter: '{b}', position: 'right', color: '#1c2026' },
          })),
        },
      ],
    },
    460,
    'Recognition against change of task accuracy',
  );
  return figure(
    svg,
    'Safe is not the same as useful: to the right, what the network recognises; below, what makes its task harder. Colours are the verdicts.',
  );
}
