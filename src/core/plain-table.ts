import { stripVTControlCharacters } from 'node:util';

export interface PlainTable {
  /** Left out where the table has none. */
  readonly heads?: readonly string[];
  /** As many cells in each row. They may hold colour escapes, which take no width. */
  readonly rows: readonly (readonly string[])[];
  /** Columns set flush right, such as those of numbers, from 0; default none. */
  readonly right?: readonly number[];
}

/**
 * A table for a terminal: columns two spaces apart, a line of dashes below the heads.
 *
 * A character counts as one column wide. Why not a package: docs/decisions/052-packages.md.
 */
export function plainTable({ heads, rows, right = [] }: PlainTable): string {
  const all = heads === undefined ? rows : [heads, ...rows];
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(...all.map((row) => widthOf(row[column]))),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column] - widthOf(cell));
        return right.includes(column) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (heads !== undefined) lines.splice(1, 0, '-'.repeat(total));
  return lines.join('\n');
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
