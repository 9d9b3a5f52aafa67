import { compareRules } from './rules.js';
import type { RunRow } from './row.js';
import type { PlantedSummary } from './summary.js';
import type { PlantedSet } from './types.js';

/** The results as a page of Markdown. */
export function tableOf(
  runs: readonly RunRow[],
  summary: PlantedSummary,
  sets: readonly PlantedSet[],
  how: string,
): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
  const rows = summary.rows.map(
    (r) =>
      `| ${r.set} | ${r.seed} | ${r.status} | ${r.known} | ${r.falseSafe.join(', ') || '-'} | ${r.missedSafe.join(', ') || '-'} | ${r.undecided.join(', ') || '-'} | ${r.images} | ${r.seconds} |`,
  );
  const details = sets.flatMap((set) => {
    const own = runs.filter((r) => r.set === set.name);
    return own.length === 0 ? [] : [detail(set, own)];
  });
  return `# Planted truth

${how}

Unsafe called safe: **${summary.falseSafe}**. Recall of safe: **${percent(summary.recall)}**. Precision of safe: ${percent(summary.precision)}.
Undecided: **${percent(summary.undecidedShare)}** of the ${summary.known} verdicts with known truth.

| data set | seed | status | known | unsafe called safe | safe not called safe | undecided | images seen | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Rules compared

All rules use the same scores, from all runs that were not undertrained:

${compareRules(runs)}
${details.join('\n')}`;
}

function detail(set: PlantedSet, runs: readonly RunRow[]): string {
  const lines = runs[0].verdicts.map(({ name, truth }) => {
    const cells = runs.map((r) => {
      const v = r.verdicts.find((w) => w.name === name)!;
      return `${v.verdict}, J ${v.j.toFixed(2)} [${v.jLow.toFixed(2)}, ${v.jHigh.toFixed(2)}], harm ${v.harm.toFixed(2)}`;
    });
    const why = set.truth[name]?.reason ?? 'not determined by the construction';
    return `| ${name} | ${truth} | ${cells.join(' | ')} | ${why} |`;
  });
  const heads = runs.map(
    (r) => `seed ${r.seed}, task ${r.accuracy.toFixed(2)}, delta ${r.delta.toFixed(2)}`,
  );
  const miss = set.nearMiss === undefined ? '' : ` Near miss: ${set.nearMiss}.`;
  return `## ${set.name}

${set.summary}.${miss}

| augmentation | truth | ${heads.join(' | ')} | reason |
| --- | --- | ${heads.map(() => '---').join(' | ')} | --- |
${lines.join('\n')}
`;
}
