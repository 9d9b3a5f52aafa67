import { scaleBand } from 'd3-scale';
import type { PairResult, Selection } from '../../run/files/index.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { figure, key, scrolling } from '../elements.js';
import { count, fixed } from '../wording.js';

const cell = 44;
const gap = 2;
const left = 138;
const top = 112;

/** Every pair of safe augmentations: is it more than its two members? Empty where none was judged. */
export function pairMatrix({ pairs = [], pairsLeft = 0, safe: names }: Selection): Markup {
  if (pairs.length === 0) return nothing;
  const side = names.length * cell;
  /** The start of each name's cells, from the matrix's corner. */
  const place = scaleBand(names, [0, side])
    .paddingInner(gap / cell)
    .paddingOuter(gap / cell / 2);
  const size = place.bandwidth();
  const marks = pairs.map((pair) => {
    const [a, b] = pair.members.map((name) => place(name));
    // The lower triangle: a pair has no order.
    return a === undefined || b === undefined
      ? nothing
      : square(pair, left + Math.min(a, b), top + Math.max(a, b), size);
  });
  const middle = (name: string): number => (place(name) ?? 0) + size / 2;
  const rows = names.map(
    (name) =>
      markup`<text x="${left - 8}" y="${top + middle(name) + 4}" text-anchor="end">${name}</text>`,
  );
  const columns = names.map(
    (name) =>
      markup`<text transform="translate(${left + middle(name) + 4} ${top - 8}) rotate(-50)">${name}</text>`,
  );
  const told = pairs.map((p) => `${p.members.join(' and ')}: ${p.evidence}`).join('; ');
  const width = left + side + 90;
  const svg = markup`<svg class="matrix" role="img" aria-label="Pairs of safe augmentations. ${told}" viewBox="0 0 ${width} ${top + side + 6}" style="max-width:${width}px">${marks}${rows}${columns}</svg>`;
  const rest =
    pairsLeft === 0
      ? ''
      : ` ${count(pairsLeft, 'pair was', 'pairs were')} not judged: the time did not allow it.`;
  return figure(
    'Two at a time',
    markup`${key([
      ['pair', 'no more than both alone'],
      ['conflict', 'conflict: ✕'],
    ])}${scrolling('matrix of pairs', svg)}`,
    markup`Each cell shows what the pair adds to its two members: above, to ${term('J')}; below, to the ${term('harm')}, where it was measured. A pair is a conflict where the interval lies above 0.1 for J or above 0.05 for the harm (Holm). On the diagonal a ${term('window')} is cut twice.${rest}`,
  );
}

function square(pair: PairResult, x: number, y: number, size: number): Markup {
  const kind = pair.conflict ? 'conflict' : 'pair';
  const cross = pair.conflict
    ? markup`<text class="unsafe" x="${x + size - 4}" y="${y + 10}" text-anchor="end">✕</text>`
    : nothing;
  // A harm that was not measured has no number.
  const line = (value: number | undefined, below: number): Markup =>
    value === undefined
      ? nothing
      : markup`<text class="cell" x="${x + size / 2}" y="${y + below}" text-anchor="middle">${fixed(value, 2)}</text>`;
  return markup`<rect class="${kind}" x="${x}" y="${y}" width="${size}" height="${size}" rx="4"/>${line(pair.moreRecognised.value, 19)}${line(pair.moreHarm?.value, 34)}${cross}`;
}
