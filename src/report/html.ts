/**
 * A piece of HTML or SVG. Only `markup` and `raw` make one, and a page takes nothing else: text that was not escaped
 * does not compile into it.
 */
export class Markup {
  // Private to the language too, so that no other object counts as a Markup.
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  toString(): string {
    return this.#text;
  }
}

/** What a template takes: text is escaped, markup stays, a list is its items one after the other. */
export type Content = Markup | string | number | readonly Content[];

/**
 * Template for HTML and SVG that escapes what it is given: `` markup`<p title="${name}">${name}</p>` ``.
 *
 * Values may stand in text and in quoted attributes, not in tags' names or in scripts and styles. Why not a package:
 * docs/decisions/052-packages.md.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + textOf(values[i - 1]) + part));
}

/** Text that is HTML already, such as a style sheet of our own; never anything that a user can name. */
export function raw(html: string): Markup {
  return new Markup(html);
}

export const nothing = raw('');

/** Puts a separator between the items of a list. */
export function joined(items: readonly Content[], separator: Content): Content[] {
  return items.flatMap((item, i) => (i === 0 ? [item] : [separator, item]));
}

/** Text made safe for HTML and SVG, between tags and in quoted attributes. */
export function escape(text: unknown): string {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(textOf).join('');
  return escape(value);
}
