import { printable, UserError } from '../../core/index.js';
import { countOf } from '../folders.js';

interface Kind {
  readonly code: string;
  readonly summary: string;
  /** What a row with it is called, in the plural. */
  readonly rows: string;
  readonly expected: string;
  readonly remedy: string;
}

/** What may be wrong with a row, in the order in which it is said. */
const kinds = {
  classes: {
    code: 'DATA_SEVERAL_CLASSES',
    summary: 'Images have several classes.',
    rows: 'with another class than before',
    expected: 'one class for each image',
    remedy:
      'keep one row for each of these images; for images with several labels, make a column of 0 and 1 for each label and use multi-label:DIR',
  },
  parts: {
    code: 'DATA_LABEL_TWICE',
    summary: 'Images are in several parts.',
    rows: 'with another part than before',
    expected: 'one of train, val and test for each image',
    remedy: 'keep one row for each of these images',
  },
  several: {
    code: 'DATA_LABEL_FILE',
    summary: 'Names in the table fit several images.',
    rows: 'whose name fits several images',
    expected: 'the path of an image below the folder, with its ending',
    remedy: 'write these paths in full, or move the other files out of the folder',
  },
  missing: {
    code: 'DATA_LABEL_FILE',
    summary: 'None of the images in the table exist.',
    rows: 'without an image',
    expected: 'the path of an image below the folder, with or without its ending',
    remedy:
      'pass the folder of the images; if this is not the column of their files, name it: --set labels.fileColumn=NAME',
  },
  empty: {
    code: 'DATA_LABEL_VALUE',
    summary: 'Rows have no class.',
    rows: 'without a class',
    expected: 'a class in each row',
    remedy: 'fill the cells, remove the rows or skip them with --on-bad-file skip',
  },
} satisfies Record<string, Kind>;

/** Faults that one message names, of each kind. */
const mostNamed = 5;
/** What rows may be skipped for: nothing is contradicted. */
const mayBeSkipped: readonly string[] = ['empty', 'several'];

/** Gathers what is wrong with the rows of a table, so that all of it is said at once. */
export class TableFaults {
  private readonly found = new Map<keyof typeof kinds | 'twice', string[]>();

  constructor(private readonly path: string) {}

  /** @param where file and line */
  add(kind: keyof typeof kinds | 'twice', what: string, where: string): void {
    const line = where.slice(this.path.length + 2);
    const lines = this.found.get(kind) ?? [];
    lines.push(`${printable(what)} (${line})`);
    this.found.set(kind, lines);
  }

  /**
   * Rows without an image are left out, as tables often list more than a folder has; not where all are such.
   *
   * @param rows of the table
   * @param skip goes on without the rows that have no class, or several images
   * @returns warnings
   * @throws UserError `DATA_SEVERAL_CLASSES`, `DATA_LABEL_TWICE`, `DATA_LABEL_FILE`, `DATA_LABEL_VALUE`; of several kinds
   *   `DATA_LABELS_TABLE`
   */
  settle(rows: number, skip: boolean): string[] {
    const warnings: string[] = [];
    const wrong: { kind: Kind; lines: string[] }[] = [];
    for (const [name, kind] of Object.entries(kinds) as [keyof typeof kinds, Kind][]) {
      const lines = this.found.get(name);
      if (lines === undefined) continue;
      const mayGo = name === 'missing' ? lines.length < rows : skip && mayBeSkipped.includes(name);
      if (mayGo)
        warnings.push(
          `skipped ${countOf(lines.length, 'row')} ${kind.rows}: ${named(lines, ', ')}`,
        );
      else wrong.push({ kind, lines });
    }
    const twice = this.found.get('twice');
    if (twice !== undefined)
      warnings.push(
        `ignored ${countOf(twice.length, 'row')} that repeat others: ${named(twice, ', ')}`,
      );
    if (wrong.length === 0) return warnings;
    const [{ kind, lines }] = wrong;
    const single = wrong.length === 1;
    throw new UserError(
      single ? kind.code : 'DATA_LABELS_TABLE',
      single ? kind.summary : 'The table of labels has several faults.',
      {
        where: this.path,
        expected: wrong.map((each) => each.kind.expected).join('; '),
        got: single
          ? `${countOf(lines.length, 'row')} ${kind.rows}: ${named(lines, ', ')}`
          : wrong
              .map(
                (each) =>
                  `${countOf(each.lines.length, 'row')} ${each.kind.rows}: ${named(each.lines, ', ')}`,
              )
              .join('\n            '),
        remedy: wrong.map((each) => each.kind.remedy).join('\n            '),
      },
    );
  }
}

function named(lines: readonly string[], between: string): string {
  const more = lines.length - mostNamed;
  return [...lines.slice(0, mostNamed), ...(more > 0 ? [`and ${more} more`] : [])].join(between);
}
