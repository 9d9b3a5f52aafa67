import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { packageRoot, plainTable } from '../../src/core/index.js';

/** One comparison; `ratio` > 1 where ours is faster, null where there was no peer. */
export interface Cell {
  readonly case: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: string;
  readonly ratio: number | null;
}

export interface BenchReport {
  readonly name: string;
  readonly machine: Record<string, string | number>;
  readonly versions: Record<string, string>;
  readonly cells: readonly Cell[];
}

/** A cell of a rate, where more is better. */
export function rateCell(name: string, ours: number, peer: number | null, unit: string): Cell {
  return { case: name, ours, peer, unit, ratio: peer === null ? null : ours / peer };
}

/** A cell of a cost, where less is better. */
export function costCell(name: string, ours: number, peer: number | null, unit: string): Cell {
  return { case: name, ours, peer, unit, ratio: peer === null ? null : peer / ours };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Prints the table and, with `--json FILE` among the arguments, writes the report. */
export function publish(
  name: string,
  cells: readonly Cell[],
  versions: Record<string, string>,
): void {
  const report: BenchReport = {
    name,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    versions: { node: process.versions.node, commit: commit(), ...versions },
    cells,
  };
  const rows = cells.map((cell) => [
    cell.case,
    round(cell.ours),
    cell.peer === null ? '-' : round(cell.peer),
    cell.unit,
    cell.ratio === null ? '-' : round(cell.ratio),
  ]);
  console.log(
    plainTable({ heads: ['case', 'ours', 'peer', 'unit', 'ratio'], rows, right: [1, 2, 4] }),
  );
  const { values } = parseArgs({ options: { json: { type: 'string' } }, strict: false });
  if (typeof values.json === 'string') {
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`written to ${values.json}`);
  }
}

const round = (value: number): string => String(Number(value.toPrecision(4)));

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: packageRoot(), encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') ? '+' : '');
  } catch {
    // A package from the registry has no history.
    return 'unknown';
  }
}
