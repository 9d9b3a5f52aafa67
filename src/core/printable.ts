/**
 * Characters that a terminal obeys instead of showing: C0, DEL and C1 controls (ECMA-48), line separators, and the marks
 * that turn the direction of text around (UAX 9), with which a name can be made to look like another.
 */
const control = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A name from outside as one line that is safe to print: control characters are escaped, such as `\x1b`. */
export function printable(text: string): string {
  return text.replace(control, escaped);
}

/** The same for a text of several lines: line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  return code < 256
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
