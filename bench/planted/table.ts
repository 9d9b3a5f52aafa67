import { compareRules } from './rules.js';
import type { RunRow } from './row.js';
import type { PlantedSummary } from './summary.js';
import type { PlantedSet } from './types.js';
import { labelsOf } from './write.js';

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
      `| ${r.set} | ${r.seed} | ${r.status} | ${r.known} | ${r.falseSafe.join(', ') || '-'} | ${r.missedSafe.join(', ') || '-'} | ${r.undecided.join(', ') || '-'} | ${r.falseKeeping.join(', ') || '-'} | ${r.missedKeeping.join(', ') || '-'} | ${r.images} | ${r.seconds} |`,
  );
  const details = sets.flatMap((set) => {
    const own = runs.filter((r) => r.set === set.name);
    return own.length === 0 ? [] : [detail(set, own)];
  });
  return `# Planted truth

${how}

Unsafe called safe: **${summary.falseSafe}**. Recall of safe: **${percent(summary.recall)}**. Precision of safe: ${percent(summary.precision)}.
Undecided: **${percent(summary.undecidedShare)}** of the ${summary.known} verdicts with known truth.
${gradesIn(summary, percent)}
| data set | seed | status | known | unsafe called safe | safe not called safe | undecided | label-breaking called label-keeping | label-keeping not called so | images seen | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Rules compared

All rules use the same scores, from all runs that were not undertrained:

${compareRules(runs)}
${details.join('\n')}`;
}

function gradesIn(
  { falseKeeping, keepingRecall, knownLabels }: PlantedSummary,
  percent: (x: number) => string,
): string {
  if (knownLabels === 0) return '';
  return `
Label-breaking called label-keeping or safe: **${falseKeeping}**. Recall of label-keeping (safe among them): **${percent(keepingRecall)}**, of ${knownLabels} grades with known labels.
`;
}

function detail(set: PlantedSet, runs: readonly RunRow[]): string {
  const labels = labelsOf(set);
  const lines = runs[0].verdicts.map(({ name, truth }) => {
    const cells = runs.map((r) => {
      const v = r.verdicts.find((w) => w.name === name)!;
      return `${v.verdict}${v.grade === undefined ? '' : ` (${v.grade})`}, J ${v.j.toFixed(2)} [${v.jLow.toFixed(2)}, ${v.jHigh.toFixed(2)}], harm ${v.harm.toFixed(2)}`;
    });
    const why = set.truth[name]?.reason ?? 'not determined by the construction';
    const { label, reason } = labels[name];
    const kept = label === 'ambiguous' || reason === why ? '' : `; labels: ${reason}`;
    return `| ${name} | ${truth} | ${label} | ${cells.join(' | ')} | ${why}${kept} |`;
  });
  const heads = runs.map(
    (r) => `seed ${r.seed}, task ${r.accuracy.toFixed(2)}, delta ${r.delta.toFixed(2)}`,
  );
  const miss = set.nearMiss === undefined ? '' : ` Near miss: ${set.nearMiss}.`;
  return `## ${set.name}

${set.summary}.${miss}

| augmentation | truth | labels | ${heads.join(' | ')} | reason |
| --- | --- | --- | ${heads.map(() => '---').join(' | ')} | --- |
${lines.join('\n')}
`;
}
