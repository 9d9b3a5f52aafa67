import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { printable, UserError } from '../../core/index.js';
import { loadImage } from '../../image/index.js';
import {
  countOf,
  isFile,
  listFolder,
  listImagesBelow,
  skippedWarning,
  splitNames,
} from '../folders.js';
import type { LabelOptions, ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { classColumns, hasClassColumns } from '../tables/class-columns.js';
import { readCsv, type CsvTable } from '../tables/csv-table.js';
import { stemOf, TableImages } from '../tables/table-images.js';
import { TableFaults } from '../tables/table-faults.js';

const layout =
  'a table such as DIR/labels.csv with the header file,label (or file,label,split) and a row for each image below DIR';

/** Images of one class each, which a table says: classes in alphabetical order, or in numeric order where all are numbers. */
export const table: Reader = {
  kind: 'table',
  targets: 'class',
  summary: `images with one class each in a table: ${layout}`,
  recognises: (root, labels = {}) => tablesIn(root, labels).length > 0 && !hasClassFolders(root),
  list: (root, labels, skip) => Promise.resolve(listTable(root, labels ?? {}, skip ?? false)),
};

/** Files in the folder itself that have the columns of a table of classes. */
function tablesIn(root: string, labels: LabelOptions): string[] {
  return csvFiles(root).filter((name) => {
    try {
      return hasClassColumns(tableAt(join(root, name), 1), labels);
    } catch (error) {
      // Another program's: what is wrong with it is nobody's concern here.
      if (error instanceof UserError) return false;
      throw error;
    }
  });
}

function csvFiles(root: string): string[] {
  return listFolder(root).otherFiles.filter((name) => /\.[ct]sv$/i.test(name));
}

/** Whether folders say the classes: at least two folders of images, in a part of the data or without parts. */
function hasClassFolders(root: string): boolean {
  const { folders } = listFolder(root);
  const parts = folders.filter((name) => splitNames[name.toLowerCase()] !== undefined);
  if (parts.length === folders.length && parts.length > 0)
    return parts.some((name) => listFolder(join(root, name)).folders.length > 1);
  const withImages = (name: string): boolean => listImagesBelow(join(root, name)).images.length > 0;
  // Only the first two are looked for: there may be a thousand.
  const first = folders.findIndex(withImages);
  return first >= 0 && folders.slice(first + 1).some(withImages);
}

function tableAt(path: string, most?: number): CsvTable {
  return readCsv(
    path,
    (got) =>
      new UserError('DATA_LABELS_TABLE', 'The table of labels is invalid.', {
        where: path,
        expected: 'comma-separated values (RFC 4180)',
        got,
        remedy: 'correct the table, e.g. close its quotes',
      }),
    most,
  );
}

/** @throws UserError `DATA_NO_TABLE` where there is none, or several */
function tablePath(root: string, labels: LabelOptions): string {
  const { file } = labels;
  if (file !== null && file !== undefined) {
    const path = [resolve(root, file), resolve(file)].find(existsSync);
    if (path !== undefined && isFile(path)) return path;
    throw new UserError('DATA_NO_TABLE', 'The table of labels is missing.', {
      where: `labels.file ${file}`,
      expected: `a file, relative to ${root} or to the working directory`,
      got: path === undefined ? 'nothing there' : 'no file',
      remedy: 'correct the path',
    });
  }
  const all = csvFiles(root);
  const fitting = all.length === 1 ? all : tablesIn(root, labels);
  if (fitting.length === 1) return join(root, fitting[0]);
  const choices = fitting.length > 0 ? fitting : all;
  throw new UserError(
    'DATA_NO_TABLE',
    choices.length === 0 ? 'The table of labels is missing.' : 'Several tables may be meant.',
    {
      where: root,
      expected: layout,
      got: choices.length === 0 ? 'no .csv and no .tsv' : choices.slice(0, 5).join(', '),
      remedy:
        choices.length === 0
          ? 'put the table next to the images, or name it: --set labels.file=FILE'
          : `choose one: --set labels.file="${choices[0]}"`,
    },
  );
}

interface Entry {
  readonly label: string;
  readonly split: SplitName;
  readonly group?: string;
  readonly where: string;
}

/** @throws UserError `DATA_NO_TABLE`, `DATA_LABELS_COLUMN`, `DATA_NO_TRAIN`, `DATA_ONE_CLASS`, and of `TableFaults` */
function listTable(root: string, labels: LabelOptions, skip: boolean): Listing {
  const path = tablePath(root, labels);
  const content = tableAt(path);
  const columns = classColumns(content.header, labels, path);
  const below = listImagesBelow(root);
  const images = new TableImages(root, below.images);
  const faults = new TableFaults(path);
  const warnings: string[] = [];
  const splits = splitsOf(content, columns, path, warnings);
  const entries = new Map<string, Entry>();
  content.rows.forEach(({ cells, where }, row) => {
    const cell = cells[columns.file] ?? '';
    const label = cells[columns.label] ?? '';
    const found = cell === '' ? undefined : images.find(cell);
    if (found === undefined) return faults.add('missing', cell === '' ? 'empty' : cell, where);
    if (!('image' in found)) return faults.add('several', found.several.join(' or '), where);
    const { image } = found;
    if (label === '') return faults.add('empty', image, where);
    const group = columns.group === undefined ? '' : (cells[columns.group] ?? '');
    const entry = { label, split: splits[row], where, ...(group !== '' && { group }) };
    const before = entries.get(image);
    if (before === undefined) entries.set(image, entry);
    else if (nameOf(before.label) !== nameOf(label))
      faults.add('classes', `${image}: ${before.label}, ${label}`, where);
    else if (before.split !== entry.split)
      faults.add('parts', `${image}: ${before.split}, ${entry.split}`, where);
    else faults.add('twice', image, where);
  });
  warnings.push(...faults.settle(content.rows.length, skip));
  const { classes, classOf } = classesOf([...entries.values()].map(({ label }) => label));
  requireUse(path, entries, classes);
  const listed = [...entries].map(([name, { label, split, group }]): ListedImage => ({
    name,
    label: classOf(label),
    split,
    ...(group !== undefined && { group }),
    load: (size) => loadImage(join(root, name), size),
    file: { image: join(root, name) },
  }));
  return {
    kind: 'table',
    classes,
    // As for folders: the order of the rows changes nothing.
    images: listed.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ignoredFiles: Math.max(
      0,
      below.ignoredFiles - (resolve(path).startsWith(resolve(root) + sep) ? 1 : 0),
    ),
    warnings: [...warnings, ...unlisted(below.images, entries), ...skippedWarning(below.skipped)],
  };
}

/** The part of each row. @throws UserError `DATA_LABEL_VALUE` */
function splitsOf(
  { rows, header }: CsvTable,
  { split, splitGiven }: ReturnType<typeof classColumns>,
  path: string,
  warnings: string[],
): SplitName[] {
  const all = rows.map((): SplitName => 'train');
  if (split === undefined) return all;
  const parts = rows.map(({ cells }) => splitNames[(cells[split] ?? '').toLowerCase()]);
  const odd = parts.findIndex((part) => part === undefined);
  if (odd < 0) return parts;
  const value = JSON.stringify(rows[odd].cells[split] ?? '');
  if (!splitGiven && parts.every((part) => part === undefined)) {
    warnings.push(`the column "${printable(header[split])}" names no parts, e.g. ${value}`);
    return all;
  }
  const count = parts.filter((part) => part === undefined).length;
  throw new UserError('DATA_LABEL_VALUE', 'A row has an unknown part.', {
    where: `${rows[odd].where}, column "${header[split]}"`,
    expected: 'train, val or test',
    got: count === 1 ? value : `${value}, and others in ${count - 1} more rows`,
    remedy: `correct ${path}, or name another column: --set labels.splitColumn=NAME`,
  });
}

const numeric = /^-?\d+(?:\.0+)?$/;

/** A class by its name: `3.0`, as spreadsheets write a number, is 3. */
function nameOf(label: string): string {
  return numeric.test(label) ? String(Number(label)) : label;
}

function classesOf(labels: readonly string[]): {
  classes: string[];
  classOf: (label: string) => number;
} {
  const classes = [...new Set(labels.map(nameOf))].sort();
  if (classes.every((name) => numeric.test(name))) classes.sort((a, b) => Number(a) - Number(b));
  const index = new Map(classes.map((name, i) => [name, i]));
  return { classes, classOf: (label) => index.get(nameOf(label)) ?? 0 };
}

function requireUse(path: string, entries: ReadonlyMap<string, Entry>, classes: string[]): void {
  if (![...entries.values()].some(({ split }) => split === 'train'))
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: path,
      expected: 'at least one row of the part train',
      got: countOf(entries.size, 'row'),
      remedy: 'add rows, or correct the column of the parts',
    });
  if (classes.length < 2)
    throw new UserError('DATA_ONE_CLASS', 'There is only one class.', {
      where: path,
      expected: 'at least two classes',
      got: `only "${classes[0]}"`,
      remedy: 'add images of another class, or name another column: --set labels.labelColumn=NAME',
    });
}

/** Images without a row, and masks beside those with one. */
function unlisted(images: readonly string[], entries: ReadonlyMap<string, Entry>): string[] {
  const left = images.filter((name) => !entries.has(name));
  const stems = new Set([...entries.keys()].map(stemOf));
  const twins = left.filter((name) => stems.has(stemOf(name)));
  const others = left.filter((name) => !stems.has(stemOf(name)));
  const words = (names: readonly string[], what: string): string[] =>
    names.length === 0
      ? []
      : [`ignored ${countOf(names.length, 'image')} ${what}, e.g. ${printable(names[0])}`];
  return [
    ...words(others, 'without a row in the table'),
    ...words(twins, 'under the name of another with a row, such as masks'),
  ];
}
