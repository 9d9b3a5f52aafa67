import type { RunRow, VerdictRow } from './row.js';

export interface PlantedSummary {
  /** Unsafe augmentations called safe. */
  readonly falseSafe: number;
  /** Share of the safe augmentations that are called safe. */
  readonly recall: number;
  /** Share of what is called safe, among the known, that is safe. */
  readonly precision: number;
  /** Share undecided of those whose truth is known. */
  readonly undecidedShare: number;
  /** Known verdicts. */
  readonly known: number;
  readonly rows: readonly SummaryRow[];
}

export interface SummaryRow {
  readonly set: string;
  readonly seed: number;
  readonly status: string;
  readonly falseSafe: readonly string[];
  readonly missedSafe: readonly string[];
  readonly undecided: readonly string[];
  readonly known: number;
  readonly images: number;
  readonly seconds: number;
}

const knownIn = (row: RunRow): VerdictRow[] => row.verdicts.filter((v) => v.truth !== 'ambiguous');

/** Over all data sets and seeds; ambiguous truths count for nothing. */
export function summarise(runs: readonly RunRow[]): PlantedSummary {
  const all = runs.flatMap(knownIn);
  const count = (of: (v: VerdictRow) => boolean): number => all.filter(of).length;
  const safe = count((v) => v.truth === 'safe');
  const called = count((v) => v.verdict === 'safe');
  const right = count((v) => v.truth === 'safe' && v.verdict === 'safe');
  const names = (row: RunRow, of: (v: VerdictRow) => boolean): string[] =>
    knownIn(row)
      .filter(of)
      .map((v) => v.name);
  return {
    falseSafe: count((v) => v.truth === 'unsafe' && v.verdict === 'safe'),
    recall: share(right, safe),
    precision: share(right, called),
    undecidedShare: share(
      count((v) => v.verdict === 'undecided'),
      all.length,
    ),
    known: all.length,
    rows: runs.map((row) => ({
      set: row.set,
      seed: row.seed,
      status: row.status,
      falseSafe: names(row, (v) => v.truth === 'unsafe' && v.verdict === 'safe'),
      missedSafe: names(row, (v) => v.truth === 'safe' && v.verdict !== 'safe'),
      undecided: names(row, (v) => v.verdict === 'undecided'),
      known: knownIn(row).length,
      images: row.images,
      seconds: row.seconds,
    })),
  };
}

const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Number((part / whole).toFixed(4));
