import type { Selection, Verdict } from '../../src/run/files/index.js';
import { rankCorrelation } from '../../src/metrics/index.js';

export interface AgreementRow {
  readonly name: string;
  readonly verdict: Verdict;
  readonly j: number;
  readonly ownVerdict: Verdict;
  readonly ownJ: number;
}

/** Verdicts for a data set from elsewhere, beside those of a network of its own. */
export interface Agreement {
  readonly status: Selection['status'];
  readonly ownStatus: Selection['status'];
  /** Augmentations on which neither is undecided, and on how many of these both say the same. */
  readonly decided: number;
  readonly same: number;
  /** Called safe though its own network says unsafe: the mistakes that cost labels. */
  readonly falseSafe: readonly string[];
  /** Called unsafe though its own network says safe. */
  readonly missedSafe: readonly string[];
  /** Spearman's, of the two Js over all augmentations. */
  readonly rankOfJ: number;
  readonly rows: readonly AgreementRow[];
}

export function agreementOf(carried: Selection, own: Selection): Agreement {
  const rows = carried.augmentations.flatMap((a): AgreementRow[] => {
    const b = own.augmentations.find(({ name }) => name === a.name);
    const [j, ownJ] = [a.j, b?.j ?? 0].map((value) => Number(value.toFixed(3)));
    return b ? [{ name: a.name, verdict: a.verdict, j, ownVerdict: b.verdict, ownJ }] : [];
  });
  const decided = rows.filter((r) => r.verdict !== 'undecided' && r.ownVerdict !== 'undecided');
  const parted = (verdict: Verdict): string[] =>
    decided.filter((r) => r.verdict === verdict && r.ownVerdict !== verdict).map((r) => r.name);
  // NaN, where one side does not vary, would not be a number in JSON.
  const rank =
    rankCorrelation(
      rows.map((r) => r.j),
      rows.map((r) => r.ownJ),
    ) || 0;
  return {
    status: carried.status,
    ownStatus: own.status,
    decided: decided.length,
    same: decided.filter((r) => r.verdict === r.ownVerdict).length,
    falseSafe: parted('safe'),
    missedSafe: parted('unsafe'),
    rankOfJ: Number(rank.toFixed(3)),
    rows,
  };
}

/** A Markdown table with what it comes to above. */
export function agreementTable(title: string, agreement: Agreement): string {
  const { decided, same, falseSafe, missedSafe, rankOfJ, rows, status, ownStatus } = agreement;
  const named = (names: readonly string[]): string =>
    names.length === 0 ? 'none' : names.join(', ');
  const lines = [...rows]
    .sort((a, b) => a.ownJ - b.ownJ)
    .map(
      (r) =>
        `| ${r.name} | ${r.verdict} | ${r.j.toFixed(2)} | ${r.ownVerdict} | ${r.ownJ.toFixed(2)} |`,
    );
  return `## ${title}

Of ${rows.length} augmentations, ${decided} are decided by both networks; ${same} of these verdicts agree. Safe here but unsafe by the set's own
network: ${named(falseSafe)}. Unsafe here but safe there: ${named(missedSafe)}. Rank correlation of J: ${rankOfJ.toFixed(2)}. Status: ${status}; of its own network: ${ownStatus}.

| augmentation | verdict | J | own verdict | own J |
| --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
