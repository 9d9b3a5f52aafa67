import type { Selection } from '../run/files/index.js';
import { showsColour, signed, verdictCell } from './verdict-table.js';

/** Verdict and J of every augmentation for several data sets, side by side, the least recognised first. */
export function severalTable(
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
