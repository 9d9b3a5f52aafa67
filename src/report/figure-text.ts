import type { Figure, Selection } from '../run/files/index.js';
import { fixed, percent, points, signed } from './html.js';

/** A figure as text: shares as percentages. */
export function figureText({ share }: Figure, value: number): string {
  return share ? percent(value) : fixed(value);
}

/** A difference of a figure: shares in percentage points. */
export function changeText({ share }: Figure, value: number): string {
  return share ? points(value) : signed(value);
}

/** What the task is judged by, in words: accuracy, or mean IoU. */
export function taskFigure({ taskFigure: name }: Pick<Selection, 'taskFigure'>): string {
  return name ?? 'accuracy';
}
