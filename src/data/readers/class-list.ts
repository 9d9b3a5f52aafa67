import { UserError } from '../../core/index.js';
import { readText } from '../folders.js';
import { emptyTable, ignoredLabel, type MaskMeaning } from '../masks.js';
import type { MaskValue } from '../listing.js';
import { defaultColours, rgbOf } from '../../image/colours.js';

/** Names of classes that count for nothing wherever they stand. */
const voidNames = ['void', 'ignore', 'ignored', 'unlabelled', 'unlabeled'];

/** The classes of a segmentation data set, and what its mask files mean. */
export interface ClassList extends Omit<MaskMeaning, 'colours'> {
  readonly classes: readonly string[];
  /** Of the classes, `#rrggbb`. */
  readonly colours: readonly string[];
  /** Masks are read by these, `0xrrggbb` each; `table` is of their indices. */
  readonly byColour?: readonly number[];
}

/**
 * Reads `classes.txt`: line i names the class of the value i in the masks. Behind the name may stand a colour
 * (`#rrggbb`) and `ignored`; a class called void, ignored or unlabelled is ignored by itself, as is the value 255.
 *
 * @param values of the masks, one a line, or their colours; default: the numbers of the lines, from 0
 * @param byColour masks have the lines' own colours. Default false
 * @throws UserError `DATA_CLASSES` for an empty file, a name or a colour twice, more than 255 lines, another number of values,
 *   or a line without a colour where masks are read by these
 */
export function readClassList(
  path: string,
  values?: readonly MaskValue[],
  byColour = false,
): ClassList {
  const lines = linesIn(path);
  const table = emptyTable();
  const classes: string[] = [];
  const given: (string | undefined)[] = [];
  if (values && values.length !== lines.length)
    throw broken(path, `${lines.length} names for ${values.length} values of the masks`);
  const inMasks = byColour ? ownColours(path, lines) : coloursAmong(values);
  lines.forEach((line, i) => {
    const { name, colour, ignored } = parseLine(line);
    if (name === '') throw broken(path, `line ${i + 1} is empty`);
    if (i >= ignoredLabel) throw broken(path, `${lines.length} lines`);
    const value = inMasks ? i : Number(values?.[i] ?? i);
    if (ignored || voidNames.includes(name.toLowerCase())) {
      table[value] = ignoredLabel;
      return;
    }
    if (classes.includes(name)) throw broken(path, `"${name}" twice`);
    table[value] = classes.length;
    classes.push(name);
    given.push((inMasks?.[i] ?? colour)?.toLowerCase());
  });
  if (classes.length < 2) throw broken(path, `${classes.length} classes`);
  const colours = defaultColours(classes.length).map((colour, i) => given[i] ?? colour);
  if (inMasks) return { classes, colours, table, ...readBy(inMasks) };
  const expected = values ? valuesText(values) : `0 to ${lines.length - 1}, or 255 (ignored)`;
  return { classes, colours, table, expected };
}

/** Whether every line of a class list has a colour, so that masks may be read by them. */
export function hasColours(path: string): boolean {
  return linesIn(path).every((line) => parseLine(line).colour !== undefined);
}

/** Classes that are called by their values in the masks, or by their colours. */
export function classesOfValues(values: readonly MaskValue[]): ClassList {
  const table = emptyTable();
  const inMasks = coloursAmong(values);
  values.forEach((value, i) => (table[inMasks ? i : Number(value)] = i));
  const colours = inMasks ?? defaultColours(values.length);
  const classes = inMasks ?? values.map(String);
  return {
    ...{ classes, colours, table },
    ...(inMasks ? readBy(inMasks) : { expected: valuesText(values) }),
  };
}

/** Whether the values that are given for masks are colours. */
export const areColours = (values: readonly MaskValue[] | null | undefined): boolean =>
  coloursAmong(values ?? undefined) !== undefined;

/** The colours, where values are such; undefined for numbers. */
function coloursAmong(values: readonly MaskValue[] | undefined): string[] | undefined {
  const colours = values?.filter((value) => typeof value === 'string');
  return colours === undefined || colours.length === 0
    ? undefined
    : colours.map((colour) => colour.toLowerCase());
}

/** How masks are read by colours, `#rrggbb` each. */
function readBy(colours: readonly string[]): { byColour: number[]; expected: string } {
  const byColour = colours.map(rgbOf).map(([r, g, b]) => (r << 16) | (g << 8) | b);
  return { byColour, expected: colours.join(', ') };
}

function ownColours(path: string, lines: readonly string[]): string[] {
  const seen = new Set<string>();
  return lines.map((line, i) => {
    const colour = parseLine(line).colour?.toLowerCase();
    if (colour === undefined) throw broken(path, `line ${i + 1} without a colour`);
    if (seen.has(colour)) throw broken(path, `${colour} twice`);
    seen.add(colour);
    return colour;
  });
}

function linesIn(path: string): string[] {
  const lines = readText(path)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function valuesText(values: readonly MaskValue[]): string {
  return `${values.join(', ')}${values.includes(ignoredLabel) ? '' : ', or 255 (ignored)'}`;
}

/** A name, which may hold spaces, and behind it a colour, and `ignored`. Time grows with the length alone. */
function parseLine(line: string): { name: string; colour?: string; ignored: boolean } {
  let rest = line;
  const takeLast = (pattern: RegExp): string | undefined => {
    let at = rest.length;
    while (at > 0 && !/\s/.test(rest[at - 1])) at--;
    const word = rest.slice(at);
    if (at === 0 || !pattern.test(word)) return undefined;
    rest = rest.slice(0, at).trimEnd();
    return word;
  };
  const ignored = takeLast(/^ignored$/i) !== undefined;
  const colour = takeLast(/^#[0-9a-f]{6}$/i);
  return { name: rest, colour, ignored };
}

function broken(where: string, got: string): UserError {
  return new UserError('DATA_CLASSES', 'The class list is invalid.', {
    where,
    expected: 'one class name per line, 2 to 255 names, no duplicates',
    got,
    remedy: 'correct the file: line i (from 0) names the class with value i in the masks',
  });
}
