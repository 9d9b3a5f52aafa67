import { join } from 'node:path';
import { formatDuration } from '../core/index.js';
import { runFiles, type Selection } from '../run/files/index.js';
import { verdictTable } from './verdict-table.js';

/** Prints what a run has found, and where to look further. */
export function showOutcome(
  result: { out: string; selection: Selection; seconds: number },
  report: string,
): void {
  console.log(`\n${verdictTable(result.selection)}\n`);
  console.log(`Done in ${formatDuration(result.seconds)}.`);
  console.log(`Report: ${report}`);
  console.log(`Policy: ${join(result.out, runFiles.policy)}`);
}
