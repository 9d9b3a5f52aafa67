import type { Verdict } from '../run/files/index.js';
import { joined, markup, nothing, type Content, type Markup } from './html.js';
import { fixed } from './wording.js';

/** A part of the page under its heading; its id is what links lead to. Nothing where the body is empty. */
export function section(id: string, title: string, body: Markup): Markup {
  if (body.isEmpty) return nothing;
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;
}

/** A figure with its heading above and what it shows below. */
export function figure(title: Content, body: Content, caption: Content): Markup {
  return markup`<figure><h3>${title}</h3>${body}<figcaption>${caption}</figcaption></figure>`;
}

/** Something wide that scrolls on its own, by keyboard too. */
export function scrolling(label: string, body: Content): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${body}</div>`;
}

export interface Column {
  readonly head: Content;
  /** `n` for numbers, `plot` for drawings, `why` for sentences. */
  readonly kind?: 'n' | 'plot' | 'why';
}

/** A table of columns; the first cell of each row is its head. */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
  caption: Content = nothing,
): Markup {
  const attribute = ({ kind }: Column): Content =>
    kind === undefined ? nothing : markup` class="${kind}"`;
  const heads = columns.map(
    (column) => markup`<th scope="col"${attribute(column)}>${column.head}</th>`,
  );
  const body = rows.map(([head, ...cells]) => {
    const rest = cells.map((cell, i) => markup`<td${attribute(columns[i + 1])}>${cell}</td>`);
    return markup`<tr><th scope="row">${head}</th>${rest}</tr>`;
  });
  // The section around it often has the same name, and places of a page are told apart by theirs.
  return scrolling(
    `Table: ${label}`,
    markup`<table>${caption}<thead><tr>${heads}</tr></thead><tbody>${joined(body, '\n')}</tbody></table>`,
  );
}

/** A cell of two lines, the second smaller. */
export function twoLines(first: Content, second: Content): Markup {
  return markup`${first}<small>${second}</small>`;
}

/** A number above its interval. */
export function estimate(value: number, low: number, high: number, as = fixed): Markup {
  return twoLines(as(value), `${as(low)} to ${as(high)}`);
}

/** A command. Its options stay whole: lines would break after their hyphens. */
export function commandLine(text: string): Markup {
  const words = text
    .split(' ')
    .map((word) => (/^-[\w-]*$/.test(word) ? markup`<span class="whole">${word}</span>` : word));
  return markup`<code>${joined(words, ' ')}</code>`;
}

/** Sentences one below the other. */
export function list(items: readonly Content[]): Markup {
  return markup`<ul class="limits">${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

/** What the marks of a drawing mean: class of the swatch, and words. */
export function key(entries: readonly (readonly [swatch: string, words: Content])[]): Markup {
  const shown = entries.map(
    ([swatch, words]) => markup`<span><i class="swatch ${swatch}"></i>${words}</span>`,
  );
  return markup`<p class="key">${shown}</p>`;
}

/** Verdicts differ by shape and sign too, never by colour alone. */
export const signs: Record<Verdict, string> = { safe: '✓', unsafe: '✕', undecided: '?' };

export function verdictBadge(verdict: Verdict): Markup {
  return markup`<span class="badge ${verdict}"><span aria-hidden="true">${signs[verdict]}</span> ${verdict}</span>`;
}

/** The least recognised first: the order of every list in the report. */
export function byJ<T extends { j: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.j - b.j);
}
