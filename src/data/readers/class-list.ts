import { readFileSync } from 'node:fs';
import { UserError } from '../../core/index.js';
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
 * @throws UserError `DATA_CLASSES` for an empty file, a name twice, or more than 255 lines
 */
export function readClassList(path: string): ClassList {
  const lines = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  const table = emptyTable();
  const classes: string[] = [];
  const given: (string | undefined)[] = [];
  lines.forEach((line, value) => {
    const parsed = /^(.*?)(?:\s+(#[0-9a-f]{6}))?(?:\s+(ignored))?$/i.exec(line);
    const [, name = '', colour, ignored] = parsed ?? [];
    if (name === '') throw broken(path, `line ${value + 1} is empty`);
    if (value >= ignoredLabel) throw broken(path, `${lines.length} lines`);
    if (ignored !== undefined || voidNames.includes(name.toLowerCase())) {
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
  return { classes, colours, table, expected: `0 to ${lines.length - 1}, or 255 (ignored)` };
}

function broken(where: string, got: string): UserError {
  return new UserError('DATA_CLASSES', 'The list of classes cannot be used.', {
    where,
    expected: 'one class name a line, at least two, at most 255, none of them twice',
    got,
    remedy: 'correct the file: line i (from 0) names the class of the value i in the masks',
  });
}
