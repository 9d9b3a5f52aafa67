/** Text made safe for HTML. */
export function escape(text: unknown): string {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A number with its sign, a true minus, and fixed digits. */
export function signed(x: number, digits = 3): string {
  const text = Math.abs(x).toFixed(digits);
  return Number(text) === 0 ? text : `${x < 0 ? '−' : '+'}${text}`;
}

/** A share as a percentage. */
export const percent = (x: number, digits = 1): string => `${(100 * x).toFixed(digits)} %`;

/** A figure with its caption. */
export function figure(body: string, caption: string): string {
  return `<figure>${body}<figcaption>${caption}</figcaption></figure>`;
}
