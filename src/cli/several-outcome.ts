import { join } from 'node:path';
import { formatDuration } from '../core/index.js';
import {
  readRunFile,
  runFiles,
  selectionSchema,
  type Selection,
  type SeveralResult,
} from '../run/files/index.js';
import { severalTable } from './several-table.js';

/** Prints what a run on several data sets has found, and where to look further. */
export function showSeveral(
  { out, result, seconds }: { out: string; result: SeveralResult; seconds: number },
  report: string,
): void {
  const sets = result.sets.map(({ name, folder }) => ({
    name,
    selection: readRunFile(join(out, folder), 'selection', selectionSchema),
  }));
  console.log(`\n${severalTable(sets)}\n`);
  for (const { name, selection } of sets) console.log(`${name}: ${outcome(selection)}`);
  if (result.safe.length > 0) console.log(`Safe for all: ${result.safe.join(', ')}`);
  console.log(`\nDone in ${formatDuration(seconds)}.`);
  console.log(`Report: ${report}`);
  for (const { folder } of result.sets)
    console.log(`Policy: ${join(out, folder, runFiles.policy)}`);
}

function outcome({ status, safe, delta }: Selection): string {
  if (status === 'undertrained')
    return 'no verdict, undertrained. Give the run more time (--budget).';
  const names = safe.length === 0 ? 'none' : safe.join(', ');
  return `safe below delta = ${delta.toFixed(3)}: ${names}`;
}
