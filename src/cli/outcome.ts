import { join } from 'node:path';
import type { LearnResult } from '../commands/learn/learn.js';
import type { TrainResult } from '../commands/train/train.js';
import { formatDuration, plainTable } from '../core/index.js';
import { learnedRun, nextSteps, whatWouldDecide } from '../report/index.js';
import { runFiles, type Figure, type Selection } from '../run/files/index.js';
import { answer, type Advice } from './learned-answer.js';
import { printJson } from './json.js';
import { learnedAsJson } from './learned-json.js';
import { setsTable, verdictTable, whyNoVerdict } from './verdict-table.js';

/** How a command prints what a run has found. */
export interface ResultForm {
  /** As JSON. */
  readonly json?: boolean;
  /** With every figure, as a table. */
  readonly details?: boolean;
}

/** Prints what a run has found, and what to do next. */
export function showLearned(
  result: LearnResult,
  report: string,
  { json = false, details = false }: ResultForm = {},
): void {
  if (json) return printJson(learnedAsJson(result, report, adviceFor));
  const { sets, safe, seconds } = result;
  if (sets.length === 1) {
    const [{ selection, out }] = sets;
    if (details) console.log(`\n${verdictTable(selection)}`);
    console.log(`\n${answer(selection, adviceFor(out, selection))}\n`);
    return showEnd(seconds, report, details ? '' : '; --details prints the figures');
  }
  console.log(`\n${setsTable(sets)}\n`);
  for (const { name, selection } of sets) console.log(`${name}: ${safeLine(selection)}`);
  if (safe.length > 0) console.log(`Safe for all: ${safe.join(', ')}`);
  console.log();
  showEnd(seconds, report);
  for (const { out } of sets) console.log(`Policy: ${join(out, runFiles.policy)}`);
}

function adviceFor(out: string, selection: Selection): Advice {
  const run = learnedRun(out);
  const steps = nextSteps(selection, run).map((step) => ({
    ...step,
    command: typed(step.command),
  }));
  return { steps, surer: whatWouldDecide(selection, run) };
}

/** A command as whoever runs this one would type it: who came by npx has no command of that name. */
export function typed(command: string): string {
  return process.env.npm_command === 'exec' ? `npx ${command}` : command;
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

/** How long a run took, and where its report is. @param hint after the report's path */
export function showEnd(seconds: number, report: string, hint = ''): void {
  console.log(`Done in ${formatDuration(seconds)}. Report: ${report}${hint}`);
}
