import { join, relative, resolve, sep } from 'node:path';
import { printable, UserError } from '../../core/index.js';
import { loadImage } from '../../image/index.js';
import {
  countOf,
  isFile,
  listFolder,
  listImagesBelow,
  readText,
  skippedWarning,
  splitNames,
} from '../folders.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { isClassTable } from '../tables/class-columns.js';
import { readCsv, type CsvRow } from '../tables/csv-table.js';

const tableFile = 'labels.csv';
const layout = `DIR/${tableFile} with the header file,LABEL,... or file,split,LABEL,..., and a row of 0 and 1 for each image; or one ${tableFile} in each of DIR/train, DIR/val and DIR/test`;

/** Images with any number of labels, which a table says: its first column is the image's path, beside the table. */
export const multiLabel: Reader = {
  kind: 'multi-label',
  targets: 'labels',
  summary: `images with several labels: ${layout}`,
  recognises: (root) =>
    tablesIn(root).some(({ path }) => startsWithFile(path) && !isClassTable(path)),
  list: (root) => Promise.resolve(listMultiLabel(root)),
};

interface Table {
  readonly path: string;
  /** The folder that paths are relative to. */
  readonly folder: string;
  /** Of all its images; undefined where a column may say it. */
  readonly split?: SplitName;
}

/** The tables of the data, train first. */
function tablesIn(root: string): Table[] {
  const whole = join(root, tableFile);
  if (isFile(whole)) return [{ path: whole, folder: root }];
  const order: SplitName[] = ['train', 'val', 'test'];
  return listFolder(root)
    .folders.flatMap((name) => {
      const split = splitNames[name.toLowerCase()];
      const path = join(root, name, tableFile);
      return split !== undefined && isFile(path) ? [{ path, folder: join(root, name), split }] : [];
    })
    .sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
}

/** Other tables of this name belong to other programs. */
function startsWithFile(path: string): boolean {
  return /^\uFEFF?"?file"?\s*[,;\t]/i.test(readText(path));
}

/**
 * @throws UserError `DATA_NOT_MULTI_LABEL`, `DATA_LABELS_TABLE`, `DATA_LABEL_VALUE`, `DATA_LABEL_FILE`,
 *   `DATA_LABEL_TWICE`, `DATA_NO_TRAIN`
 */
function listMultiLabel(root: string): Listing {
  const tables = tablesIn(root);
  if (tables.length === 0)
    throw new UserError('DATA_NOT_MULTI_LABEL', 'The table of labels is missing.', {
      where: join(root, tableFile),
      expected: layout,
      remedy: 'create the table next to the images',
    });
  const images: ListedImage[] = [];
  const rowOf = new Map<string, string>();
  let classes: string[] | undefined;
  for (const table of tables) {
    const { labels, rows, split } = readTable(table);
    classes ??= labels;
    if (labels.join('\n') !== classes.join('\n'))
      throw broken(
        table.path,
        `the labels of ${tables[0].path}: ${classes.join(', ')}`,
        labels.join(', '),
      );
    for (const { cells, where } of rows) {
      const path = imagePath(root, table, cells[0], where);
      const before = rowOf.get(path);
      if (before !== undefined)
        throw new UserError('DATA_LABEL_TWICE', 'An image has two rows.', {
          where,
          expected: 'one row per image',
          got: `${cells[0]}, as in ${before}`,
          remedy: 'remove one of the rows',
        });
      rowOf.set(path, where);
      images.push({
        name: relative(root, path).split(sep).join('/'),
        label: 0,
        labels: cells
          .slice(split === undefined ? 1 : 2)
          .map((cell, l) => valueOf(cell, labels[l], where)),
        split: table.split ?? (split === undefined ? 'train' : splitOf(cells[1], where)),
        load: (size) => loadImage(path, size),
        file: { image: path },
      });
    }
  }
  if (classes === undefined || !images.some(({ split }) => split === 'train'))
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: tables[0].path,
      expected: 'at least one row of the split train',
      got: `${images.length} rows`,
      remedy: 'add rows, or remove the column split',
    });
  const { images: found, ignoredFiles, skipped } = listImagesBelow(root);
  const left = found.filter((name) => !rowOf.has(resolve(root, name)));
  return {
    kind: 'multi-label',
    classes,
    images,
    // The tables are no images either.
    ignoredFiles: Math.max(0, ignoredFiles - tables.length),
    warnings: [
      ...(left.length > 0
        ? [
            `ignored ${countOf(left.length, 'image')} without a row in ${tableFile}, e.g. ${printable(left[0])}`,
          ]
        : []),
      ...skippedWarning(skipped),
    ],
  };
}

/** Header and rows of a table. @param split whether the second column says it */
function readTable({ path, split: part }: Table): {
  labels: string[];
  rows: CsvRow[];
  split: 'column' | undefined;
} {
  const table = readCsv(path, (got) => broken(path, 'comma-separated values (RFC 4180)', got));
  const { header, firstLine: first } = table;
  const [file = '', ...columns] = header;
  if (file.toLowerCase() !== 'file')
    throw broken(path, 'a header that begins with file', JSON.stringify(first.slice(0, 80)));
  const split = part === undefined && columns[0]?.toLowerCase() === 'split' ? 'column' : undefined;
  const labels = split === undefined ? columns : columns.slice(1);
  if (labels.length === 0)
    throw broken(path, 'a column for each label', JSON.stringify(first.slice(0, 80)));
  const odd = labels.find((name, l) => name === '' || labels.indexOf(name) !== l);
  if (odd !== undefined)
    throw broken(
      path,
      'label names that differ',
      odd === '' ? 'one without a name' : `"${odd}" twice`,
    );
  const rows = table.rows.map((row): CsvRow => {
    const { cells, where } = row;
    if (cells.length === header.length) return row;
    throw broken(where, `${header.length} cells, as in the header`, `${cells.length}`);
  });
  return { labels, rows, split };
}

function imagePath(root: string, { folder }: Table, name: string, where: string): string {
  const path = resolve(folder, name);
  if (path.startsWith(resolve(root) + sep) && isFile(path)) return path;
  throw new UserError('DATA_LABEL_FILE', 'An image of the table does not exist.', {
    where,
    expected: 'the path of an image inside the data set, relative to the table',
    got: name === '' ? 'an empty cell' : name,
    remedy: 'add the image or remove the row',
  });
}

function valueOf(cell: string, label: string, where: string): number {
  if (cell === '0' || cell === '1') return Number(cell);
  throw new UserError('DATA_LABEL_VALUE', 'A label is neither 0 nor 1.', {
    where: `${where}, column "${label}"`,
    expected: '1 where the image has the label, 0 elsewhere',
    got: JSON.stringify(cell),
    remedy: 'correct the cell; a table with the class of each image is read by table:DIR',
  });
}

function splitOf(cell: string, where: string): SplitName {
  const split = splitNames[cell.toLowerCase()];
  if (split !== undefined) return split;
  throw new UserError('DATA_LABEL_VALUE', 'A row has an unknown part.', {
    where: `${where}, column "split"`,
    expected: 'train, val or test',
    got: JSON.stringify(cell),
    remedy: 'correct the cell',
  });
}

function broken(where: string, expected: string, got: string): UserError {
  return new UserError('DATA_LABELS_TABLE', 'The table of labels is invalid.', {
    where,
    expected,
    got,
    remedy: `correct the table: ${layout}`,
  });
}
