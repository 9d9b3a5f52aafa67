import { UserError } from '../../core/index.js';
import { readText } from '../folders.js';
import { emptyTable, ignoredLabel, type LabelTable } from '../masks.js';
import { defaultColours } from '../../image/colours.js';

/** Names of classes that count for nothing wherever they stand. */
const voidNames = ['void', 'ignore', 'ignored', 'unlabelled', 'unlabeled'];

/** The classes of a segmentation data set, and what the values of its mask files mean. */
export interface ClassList {
  readonly classes: readonly string[];
  readonly colours: readonly string[];
  readonly table: LabelTable;
  /** The values that may occur, in words. */
  readonly expected: string;
}

/**
 * Reads `classes.txt`: line i names the class of the value i in the masks. Behind the name may stand a colour
 * (`#rrggbb`) and `ignored`; a class called void, ignored or unlabelled is ignored by itself, as is the value 255.
 *
 * @param values of the masks, one a line; default: the numbers of the lines, from 0
 * @throws UserError `DATA_CLASSES` for an empty file, a name twice, more than 255 lines, or another number of values
 */
export function readClassList(path: string, values?: readonly number[]): ClassList {
  const lines = readText(path)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  const table = emptyTable();
  const classes: string[] = [];
  const given: (string | undefined)[] = [];
  if (values && values.length !== lines.length)
    throw broken(path, `${lines.length} names for ${values.length} values of the masks`);
  lines.forEach((line, i) => {
    const { name, colour, ignored } = parseLine(line);
    if (name === '') throw broken(path, `line ${i + 1} is empty`);
    if (i >= ignoredLabel) throw broken(path, `${lines.length} lines`);
    const value = values?.[i] ?? i;
    if (ignored || voidNames.includes(name.toLowerCase())) {
      table[value] = ignoredLabel;
      return;
    }
    if (classes.includes(name)) throw broken(path, `"${name}" twice`);
    table[value] = classes.length;
    classes.push(name);
    given.push(colour?.toLowerCase());
  });
  if (classes.length < 2) throw broken(path, `${classes.length} classes`);
  const colours = defaultColours(classes.length).map((colour, i) => given[i] ?? colour);
  const expected = values ? valuesText(values) : `0 to ${lines.length - 1}, or 255 (ignored)`;
  return { classes, colours, table, expected };
}

/** Classes that are called by their values in the masks. */
export function classesOfValues(values: readonly number[]): ClassList {
  const table = emptyTable();
  values.forEach((value, i) => (table[value] = i));
  const colours = defaultColours(values.length);
  return { classes: values.map(String), colours, table, expected: valuesText(values) };
}

function valuesText(values: readonly number[]): string {
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
