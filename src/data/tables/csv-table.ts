import { CsvError, parse } from 'csv-parse/sync';
import { readText } from '../folders.js';

/** What may stand between the cells; the first of those that are equally frequent in the header. */
const separators = [',', ';', '\t'];

/** A table with a header, as spreadsheets write it. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** The first line as it stands in the file, for messages. */
  readonly firstLine: string;
}

export interface CsvRow {
  readonly cells: readonly string[];
  /** File and line, for messages. */
  readonly where: string;
}

/**
 * Header and rows of a table of comma-, semicolon- or tab-separated values; cells may be quoted, and a byte order mark
 * is dropped.
 *
 * @param most lines that are read; default: all
 * @param broken the error for a table whose quotes do not close
 * @throws UserError `DATA_UNREADABLE`, and what `broken` makes of csv-parse's message
 */
export function readCsv(
  path: string,
  broken: (reason: string) => Error,
  most = Infinity,
): CsvTable {
  const text = readText(path);
  const [firstLine = ''] = text.split(/\r?\n/, 1);
  // A quoted cell may span lines, so that rows and lines differ.
  const lines: number[] = [];
  try {
    const records: string[][] = parse(text, {
      bom: true,
      delimiter: separatorOf(firstLine),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      ...(most < Infinity && { to: most }),
      on_record(record: string[], context) {
        lines.push(context.lines);
        return record;
      },
    });
    const [header = [], ...rest] = records;
    const rows = rest.map((cells, i) => ({ cells, where: `${path}, line ${lines[i + 1]}` }));
    return { header, rows, firstLine };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw broken(error.message);
  }
}

/** The most frequent one outside of quotes. */
function separatorOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = separators.map((separator) => bare.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))];
}
