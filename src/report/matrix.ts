import type { PairResult, Selection } from '../run/files/index.js';
import { escape, figure, fixed, listed } from './html.js';

const cell = 44;
const label = 138;
const top = 112;

/** Every pair of safe augmentations: is it more than its two members? Empty where none was judged. */
export function matrix(selection: Selection): string {
  const pairs = selection.pairs ?? [];
  if (pairs.length === 0) return '';
  const names = selection.safe;
  const at = new Map(names.map((name, i) => [name, i]));
  const side = names.length * cell;
  const marks = pairs.flatMap((pair) => {
    const a = at.get(pair.members[0]);
    const b = at.get(pair.members[1]);
    return a === undefined || b === undefined ? [] : [square(pair, Math.max(a, b), Math.min(a, b))];
  });
  const rows = names.map(
    (name, i) =>
      `<text x="${label - 8}" y="${top + i * cell + cell / 2 + 4}" text-anchor="end">${escape(name)}</text>`,
  );
  const columns = names.map((name, i) => {
    const x = label + i * cell + cell / 2 + 4;
    return `<text transform="translate(${x} ${top - 8}) rotate(-50)">${escape(name)}</text>`;
  });
  const told = pairs.map((p) => `${p.members.join(' and ')}: ${p.evidence}`).join('; ');
  const width = label + side + 90;
  const svg = `<svg class="matrix" role="img" aria-label="${escape(`Pairs of safe augmentations. ${told}`)}" viewBox="0 0 ${width} ${top + side + 6}" style="max-width:${width}px">${marks.join('')}${rows.join('')}${columns.join('')}</svg>`;
  const left = selection.pairsLeft ?? 0;
  const rest = left === 0 ? '' : ` ${left} pairs were not judged: the time did not allow it.`;
  return figure(
    'Two at a time',
    `<p class="key"><span><i class="swatch pair"></i>no more than both alone</span><span><i class="swatch conflict"></i>conflict: ✕</span></p><div class="scroll" tabindex="0" role="region" aria-label="matrix of pairs">${svg}</div>`,
    `In each cell, what the pair adds to its two members: above, to J; below, to the harm (part of what the task head can do). A conflict is surely recognised by more than 0.1, or harms by more than 0.05, beyond its members (Holm). On the diagonal a window is cut twice.${rest}`,
  );
}

function square(pair: PairResult, row: number, column: number): string {
  const x = label + column * cell;
  const y = top + row * cell;
  const middle = x + cell / 2;
  const kind = pair.conflict ? 'conflict' : 'pair';
  const cross = pair.conflict
    ? `<text class="unsafe" x="${x + cell - 5}" y="${y + 11}" text-anchor="end">✕</text>`
    : '';
  return `<rect class="${kind}" x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" rx="4"/><text class="cell" x="${middle}" y="${y + 20}" text-anchor="middle">${fixed(pair.moreRecognised.value, 2)}</text><text class="cell" x="${middle}" y="${y + 35}" text-anchor="middle">${fixed(pair.moreHarm.value, 2)}</text>${cross}`;
}

/** Members of the safe set that together are nothing new; empty where there are none. */
export function identities(selection: Selection): string {
  const items = (selection.identities ?? []).map(
    ({ members, same }) => `<li>${listed(members)}: ${escape(same)}.</li>`,
  );
  if (items.length === 0) return '';
  return `<h3>Nothing new together</h3><ul class="limits">${items.join('')}</ul>`;
}
