import { closest, printable, UserError } from '../../core/index.js';
import type { LabelOptions } from '../listing.js';
import { readCsv, type CsvTable } from './csv-table.js';

/** Usual names of columns, without case, spaces and punctuation; the first that a table has is taken. */
const fileNames = [
  ...['file', 'filename', 'filepath', 'path', 'imagepath', 'imagefile', 'imagename'],
  ...['image', 'img', 'imageid', 'imgid', 'imageindex', 'id'],
];
const labelNames = ['label', 'class', 'category', 'target'];
const labelForms = /^(?:image)?(?:label|class|category|target)(?:s|name|label|id)?$/;
const splitColumnNames = ['split', 'subset', 'partition', 'part', 'set'];

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const among = (header: readonly string[]): string =>
  header.map((name) => printable(`"${name}"`)).join(', ');

/** Where a table says what: indices of its columns. */
export interface ClassColumns {
  readonly file: number;
  readonly label: number;
  readonly split?: number;
  /** What images belong to: only as named. */
  readonly group?: number;
  /** The split column was named by the user. */
  readonly splitGiven: boolean;
}

/**
 * The columns of a table with the class of each image: as named, or else by usual names.
 *
 * @throws UserError `DATA_LABELS_COLUMN` where one is missing, or several may be meant
 */
export function classColumns(
  header: readonly string[],
  options: LabelOptions,
  where: string,
): ClassColumns {
  const file =
    given(header, options.fileColumn, 'fileColumn', where) ?? firstOf(header, fileNames) ?? -1;
  const named = given(header, options.splitColumn, 'splitColumn', where);
  const split = named ?? firstOf(header, splitColumnNames);
  const group = given(header, options.groupColumn, 'groupColumn', where);
  const label =
    given(header, options.labelColumn, 'labelColumn', where) ??
    labelColumn(header, [file, split, group], where);
  if (file < 0) throw noColumn(header, "the image's file", fileNames, 'fileColumn', where);
  if (label < 0) throw noColumn(header, "the image's class", labelNames, 'labelColumn', where);
  const twice = new Set([file, label, split ?? -1, group ?? -2]).size < 4;
  if (twice)
    throw new UserError('DATA_LABELS_COLUMN', 'A column of the table has two meanings.', {
      where,
      expected: 'different columns for file, class, part and group',
      got: among([file, label, split, group].flatMap((i) => (i === undefined ? [] : [header[i]]))),
      remedy: 'correct labels.fileColumn, labels.labelColumn or labels.splitColumn',
    });
  return {
    file,
    label,
    ...(split !== undefined && { split }),
    ...(group !== undefined && { group }),
    splitGiven: named !== undefined,
  };
}

/** Whether a table has such columns by their names; one that cannot be read has not. */
export function hasClassColumns({ header }: CsvTable, options: LabelOptions): boolean {
  try {
    classColumns(header, options, '');
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Whether a `labels.csv` names one class for each image, instead of a column of 0 and 1 for each label.
 *
 * @throws UserError `DATA_UNREADABLE`
 */
export function isClassTable(path: string): boolean {
  let table: CsvTable;
  try {
    table = readCsv(path, (reason) => new UserError('DATA_LABELS_TABLE', reason));
  } catch (error) {
    if (error instanceof UserError && error.code === 'DATA_LABELS_TABLE') return false;
    throw error;
  }
  const { header, rows } = table;
  if (!hasClassColumns(table, {})) return false;
  const { file, split } = classColumns(header, {}, path);
  const others = header.flatMap((_, i) => (i === file || i === split ? [] : [i]));
  // A single column called label or class has classes, which may be called 0 and 1.
  if (others.length === 1 && isLabelName(header[others[0]])) return true;
  return rows.some(({ cells }) => others.some((i) => cells[i] !== '0' && cells[i] !== '1'));
}

const isLabelName = (name: string): boolean => labelForms.test(plain(name));

/** Of a column that the user named. */
function given(
  header: readonly string[],
  name: string | null | undefined,
  setting: keyof LabelOptions,
  where: string,
): number | undefined {
  if (name === null || name === undefined) return undefined;
  const exact = header.indexOf(name);
  if (exact >= 0) return exact;
  const alike = header.flatMap((column, i) => (plain(column) === plain(name) ? [i] : []));
  if (alike.length === 1 && plain(name) !== '') return alike[0];
  const near = closest(name, header);
  throw new UserError('DATA_LABELS_COLUMN', 'The table has no such column.', {
    where: `${where}, labels.${setting}`,
    expected: `one of ${among(header)}`,
    got: JSON.stringify(name),
    remedy: near === undefined ? 'name a column of the header' : `did you mean "${near}"?`,
  });
}

function firstOf(header: readonly string[], names: readonly string[]): number | undefined {
  const columns = header.map(plain);
  const name = names.find((each) => columns.includes(each));
  return name === undefined ? undefined : columns.indexOf(name);
}

/** By its name, or the only one left; -1 without one. Guessing between two would teach the wrong classes. */
function labelColumn(
  header: readonly string[],
  taken: readonly (number | undefined)[],
  where: string,
): number {
  const found = header.flatMap((name, i) => (isLabelName(name) ? [i] : []));
  if (found.length === 1) return found[0];
  if (found.length === 0) {
    const others = header.flatMap((_, i) => (taken.includes(i) ? [] : [i]));
    return others.length === 1 ? others[0] : -1;
  }
  throw new UserError('DATA_LABELS_COLUMN', 'Several columns of the table may be the class.', {
    where,
    expected: 'one column of classes',
    got: among(found.map((i) => header[i])),
    remedy: `choose one: --set labels.labelColumn="${header[found[0]]}"`,
  });
}

function noColumn(
  header: readonly string[],
  what: string,
  names: readonly string[],
  setting: string,
  where: string,
): UserError {
  return new UserError('DATA_LABELS_COLUMN', `The table has no column for ${what}.`, {
    where,
    expected: `a header with one of ${names.join(', ')}`,
    got: among(header),
    remedy: `name the column: --set labels.${setting}=NAME`,
  });
}
