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
  /** Label-breaking augmentations graded label-keeping, or safe. */
  readonly falseKeeping: number;
  /** Share of what keeps the labels that is graded label-keeping, or safe. */
  readonly keepingRecall: number;
  /** Grades whose truth is known. */
  readonly knownLabels: number;
  readonly rows: readonly SummaryRow[];
}

export interface SummaryRow {
  readonly set: string;
  readonly seed: number;
  readonly status: string;
  readonly falseSafe: readonly string[];
  readonly missedSafe: readonly string[];
  readonly undecided: readonly string[];
  readonly falseKeeping: readonly string[];
  readonly missedKeeping: readonly string[];
  readonly known: number;
  readonly images: number;
  readonly seconds: number;
}

const knownIn = (row: RunRow): VerdictRow[] => row.verdicts.filter((v) => v.truth !== 'ambiguous');

/** Those whose labels are known and that were graded. */
const labelledIn = (row: RunRow): VerdictRow[] =>
  row.verdicts.filter(
    ({ label, grade }) => label !== undefined && label !== 'ambiguous' && grade !== undefined,
  );
const isKept = ({ grade }: VerdictRow): boolean => grade === 'safe' || grade === 'label-keeping';

/** Over all data sets and seeds; ambiguous truths count for nothing. */
export function summarise(runs: readonly RunRow[]): PlantedSummary {
  const all = runs.flatMap(knownIn);
  const count = (of: (v: VerdictRow) => boolean): number => all.filter(of).length;
  const safe = count((v) => v.truth === 'safe');
  const called = count((v) => v.verdict === 'safe');
  const right = count((v) => v.truth === 'safe' && v.verdict === 'safe');
  const names = (row: RunRow, of: (v: VerdictRow) => boolean, among = knownIn): string[] =>
    among(row)
      .filter(of)
      .map((v) => v.name);
  const graded = runs.flatMap(labelledIn);
  const keeping = graded.filter((v) => v.label === 'keeps');
  const isWrong = (v: VerdictRow): boolean => v.label === 'breaks' && isKept(v);
  return {
    falseSafe: count((v) => v.truth === 'unsafe' && v.verdict === 'safe'),
    recall: share(right, safe),
    precision: share(right, called),
    undecidedShare: share(
      count((v) => v.verdict === 'undecided'),
      all.length,
    ),
    known: all.length,
    falseKeeping: graded.filter(isWrong).length,
    keepingRecall: share(keeping.filter(isKept).length, keeping.length),
    knownLabels: graded.length,
    rows: runs.map((row) => ({
      set: row.set,
      seed: row.seed,
      status: row.status,
      falseSafe: names(row, (v) => v.truth === 'unsafe' && v.verdict === 'safe'),
      missedSafe: names(row, (v) => v.truth === 'safe' && v.verdict !== 'safe'),
      undecided: names(row, (v) => v.verdict === 'undecided'),
      falseKeeping: names(row, isWrong, labelledIn),
      missedKeeping: names(row, (v) => v.label === 'keeps' && !isKept(v), labelledIn),
      known: knownIn(row).length,
      images: row.images,
      seconds: row.seconds,
    })),
  };
}

const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Number((part / whole).toFixed(4));
