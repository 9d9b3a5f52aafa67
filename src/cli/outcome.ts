import { join } from 'node:path';
import type { LearnResult } from '../commands/learn/learn.js';
import type { TrainResult } from '../commands/train/train.js';
import { formatDuration, plainTable } from '../core/index.js';
import { runFiles, type Figure, type Selection } from '../run/files/index.js';
import { setsTable, verdictTable, whyNoVerdict } from './verdict-table.js';

/** Prints what a run has found, and where to look further. */
export function showLearned({ sets, safe, seconds }: LearnResult, report: string): void {
  if (sets.length === 1) console.log(`\n${verdictTable(sets[0].selection)}\n`);
  else {
    console.log(`\n${setsTable(sets)}\n`);
    for (const { name, selection } of sets) console.log(`${name}: ${safeLine(selection)}`);
    if (safe.length > 0) console.log(`Safe for all: ${safe.join(', ')}`);
    console.log();
  }
  showEnd(seconds, report);
  for (const { out } of sets) console.log(`Policy: ${join(out, runFiles.policy)}`);
}

function safeLine(selection: Selection): string {
  const { status, safe, delta } = selection;
  if (status === 'undertrained') return `no verdict: ${whyNoVerdict(selection)}.`;
  const names = safe.length === 0 ? 'none' : safe.join(', ');
  return `safe (delta ${delta.toFixed(3)}): ${names}`;
}

/** Prints what a training came to, and where to look further. */
export function showTrained(
  { result, seconds }: Pick<TrainResult, 'result' | 'seconds'>,
  report: string,
): void {
  const { test, heldOut, figures } = result;
  const { low, high } = test.first;
  console.log(`\nTested on ${test.images} images that no decision used:`);
  console.log(
    plainTable({
      rows: figures.map((figure, i) => [
        `  ${figure.label}`,
        shown(figure, test.metrics[figure.key]),
        // Only the figure that trainings are compared by has an interval.
        i === 0 ? `[${shown(figure, low)}, ${shown(figure, high)}]` : '',
        `held-out ${shown(figure, heldOut.metrics[figure.key])}`,
      ]),
      right: [1],
    }),
  );
  console.log();
  showEnd(seconds, report);
}

/** A figure for people: shares as percentages. */
export function shown({ share }: Figure, value: number): string {
  return share ? `${(100 * value).toFixed(1)} %` : value.toFixed(4);
}

/** How long a run took, and where its report is. */
export function showEnd(seconds: number, report: string): void {
  console.log(`Done in ${formatDuration(seconds)}.`);
  console.log(`Report: ${report}`);
}
