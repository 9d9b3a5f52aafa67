import { plainTable } from '../core/index.js';
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
  return plainTable({
    heads: ['augmentation', ...sets.map(({ name }) => name)],
    rows: rows
      .sort((a, b) => total(a) - total(b))
      .map(({ name, cells }) => [
        name,
        ...cells.map((a) => `${verdictCell(a.verdict, colour)} J ${signed(a.j, 2)}`),
      ]),
  });
}
