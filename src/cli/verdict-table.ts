import type { AugmentationResult, Selection, Verdict } from '../run/files/index.js';

const colours: Record<Verdict, number> = { safe: 32, unsafe: 31, undecided: 33 };

/** Whether standard output is a terminal and NO_COLOR is not set. */
function showsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}

/** A verdict, padded to one width. */
function verdictCell(verdict: Verdict, colour: boolean): string {
  const text = verdict.padEnd(9);
  return colour ? `\x1b[${colours[verdict]}m${text}\x1b[0m` : text;
}

/** The verdicts as a table for a terminal. */
export function verdictTable(selection: Selection, colour = showsColour()): string {
  const rows = [...selection.augmentations].sort((a, b) => a.j - b.j);
  const width = Math.max(...rows.map((r) => r.name.length), 12);
  const head = `${'augmentation'.padEnd(width)}  verdict    J      [interval]       AUC    task change (points)`;
  const line = (r: AugmentationResult): string => {
    const j = `${signed(r.j)}  [${signed(r.jLow)}, ${signed(r.jHigh)}]`;
    return `${r.name.padEnd(width)}  ${verdictCell(r.verdict, colour)}  ${j}  ${r.auc.toFixed(3)}  ${signed(100 * r.taskChange.value, 1).padStart(6)}`;
  };
  const controls = selection.controls.map((c) => {
    const state = c.passed ? 'as expected' : 'NOT as expected';
    return `  ${c.kind.padEnd(8)}  ${c.name.padEnd(18)} J ${signed(c.j)}  ${state}`;
  });
  return [
    head,
    '-'.repeat(head.length),
    ...rows.map(line),
    '',
    `safe below delta = ${selection.delta.toFixed(3)}: ${selection.deltaFrom}`,
    ...(controls.length > 0 ? ['controls', ...controls] : []),
    '',
    summary(selection),
  ].join('\n');
}

function summary(selection: Selection): string {
  if (selection.status === 'undertrained')
    return 'No verdict: the network missed the positive controls. Give it more time (--budget).';
  const safe = selection.safe.length === 0 ? 'none' : selection.safe.join(', ');
  const open = selection.augmentations.filter((a) => a.verdict === 'undecided').length;
  return `Safe: ${safe}${open > 0 ? ` (${open} undecided: more images or time would tell)` : ''}`;
}

/** With a sign always. */
function signed(x: number, digits = 3): string {
  return `${x < 0 ? '-' : '+'}${Math.abs(x).toFixed(digits)}`;
}

/** Verdict and J of every augmentation for data sets side by side, the least recognised first. */
export function setsTable(
  sets: readonly { readonly name: string; readonly selection: Selection }[],
  colour = showsColour(),
): string {
  const [first] = sets;
  const rows = first.selection.augmentations.map(({ name }) => ({
    name,
    cells: sets.map(({ selection }) => selection.augmentations.find((a) => a.name === name)!),
  }));
  const total = (row: (typeof rows)[number]): number => row.cells.reduce((sum, a) => sum + a.j, 0);
  const width = Math.max(...rows.map((r) => r.name.length), 12);
  const cellWidth = Math.max(...sets.map(({ name }) => name.length), 17);
  const gap = ' '.repeat(cellWidth - 17);
  const head = `${'augmentation'.padEnd(width)}  ${sets.map(({ name }) => name.padEnd(cellWidth)).join('  ')}`;
  const lines = rows
    .sort((a, b) => total(a) - total(b))
    .map(({ name, cells }) => {
      const shown = cells.map((a) => `${verdictCell(a.verdict, colour)} J ${signed(a.j, 2)}${gap}`);
      return `${name.padEnd(width)}  ${shown.join('  ')}`.trimEnd();
    });
  return [head.trimEnd(), '-'.repeat(head.trimEnd().length), ...lines].join('\n');
}
