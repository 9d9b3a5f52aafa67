import type { Figure, Interval, Selection } from '../run/files/index.js';

/** A number with a true minus and fixed digits; never a negative zero. */
export function fixed(x: number, digits = 3): string {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As `fixed`, with a plus before what is above zero. */
export function signed(x: number, digits = 3): string {
  const text = fixed(x, digits);
  return x > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A share as a percentage. */
export const percent = (x: number, digits = 1): string => `${fixed(100 * x, digits)} %`;

/** A change of a share, in percentage points. */
export const points = (x: number): string => signed(100 * x, 1);

/** An integer with thin spaces between thousands. */
export const whole = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** `1 image`, `2 images`; `nouns` where the plural needs more than an s. */
export const count = (n: number, noun: string, nouns = `${noun}s`): string =>
  `${whole(n)} ${n === 1 ? noun : nouns}`;

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A figure as text: shares as percentages. */
export function figureText({ share }: Figure, value: number): string {
  return share ? percent(value) : fixed(value);
}

/** A difference of a figure: shares in percentage points. */
export function changeText({ share }: Figure, value: number): string {
  return share ? points(value) : signed(value);
}

/** A difference with its interval, `+1.2 [+0.3, +2.1]`; the value alone where there is no interval. */
export function changeRange(figure: Figure, { value, low, high }: Interval): string {
  const text = changeText(figure, value);
  return low === high ? text : `${text} [${changeText(figure, low)}, ${changeText(figure, high)}]`;
}

/** What the task is judged by, in words: accuracy, or mean IoU. */
export function taskFigure({ taskFigure: name }: Pick<Selection, 'taskFigure'>): string {
  return name ?? 'accuracy';
}
