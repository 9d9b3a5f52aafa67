/** Text made safe for HTML and SVG. */
export function escape(text: unknown): string {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

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

/** `one image`, `2 images`. */
export const count = (n: number, noun: string): string =>
  `${whole(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.map(escape).join('');
  return `${names.slice(0, -1).map(escape).join(', ')} and ${escape(names.at(-1))}`;
}

/** A figure with its heading above and what it shows below. */
export function figure(title: string, body: string, caption: string): string {
  return `<figure><h3>${title}</h3>${body}<figcaption>${caption}</figcaption></figure>`;
}

/** A part of the page; its id is what links lead to. */
export function section(id: string, title: string, body: string): string {
  if (body === '') return '';
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;
}
