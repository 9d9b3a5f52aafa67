import { extent, max, min } from 'd3-array';
import type { Figure, Interval, Selection } from '../../run/files/index.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { byJ, figure, key, twoLines } from '../elements.js';
import { changeRange, changeText, fixed } from '../wording.js';
import { at, axis, band, bar, jTrack, row, rowScale, scaleOfJ, track, upright } from './rows.js';

/** J of every augmentation with its interval, against delta and what the controls reach. */
export function forestOfJ(selection: Selection): Markup {
  const { controls, augmentations, delta, alpha } = selection;
  const scale = scaleOfJ(selection);
  const ticks = scale.ticks(6);
  const bands = (['harmless', 'positive'] as const).map((kind) => {
    const rows = controls.filter((c) => c.kind === kind);
    const [low, high] = [min(rows, (c) => c.jLow), max(rows, (c) => c.jHigh)];
    return low === undefined || high === undefined ? nothing : band(scale, low, high, kind);
  });
  const rows = byJ(augmentations).map((a) =>
    row(
      a.name,
      jTrack(scale, ticks, delta, a, a.verdict, bands),
      `${fixed(a.j)} [${fixed(a.jLow)}, ${fixed(a.jHigh)}]`,
    ),
  );
  const meanings = bands.every((drawn) => drawn.isEmpty)
    ? nothing
    : key([
        ['harmless', 'range of the harmless controls'],
        ['positive', 'range of the positive controls'],
        ['delta', term('delta')],
      ]);
  return figure(
    'How well each augmentation is recognised',
    markup`${meanings}<div class="rows">${rows}${row(term('J'), axis(scale, ticks), '')}</div>`,
    `The intervals hold for all augmentations together (Holm${alpha === undefined ? '' : `, error rate ${alpha}`}). The bands span the 95 % intervals of the controls. ● safe, ○ undecided, ■ unsafe.`,
  );
}

/** A row: an arm, and its difference from another. */
export interface Difference {
  readonly name: string;
  /** Below the name, smaller. */
  readonly note?: string;
  readonly interval: Interval;
}

/** Differences with their intervals, one below the other, around a line at 0. */
export function forestOfDifferences(rows: readonly Difference[], first: Figure): Markup {
  const ends = rows.flatMap(({ interval }) => [interval.low, interval.high]);
  const [low, high] = extent([0, ...ends]) as [number, number];
  const pad = 0.04 * (high - low || 1);
  const scale = rowScale(low - pad, high + pad);
  const ticks = scale.ticks(5);
  const lines = rows.map(({ name, note, interval }) => {
    const { value } = interval;
    return row(
      note === undefined ? name : twoLines(name, note),
      track(
        ticks.map((t) => upright(scale, t, t === 0 ? 'zero' : 'tick')),
        bar(scale, interval.low, interval.high, 'bar control'),
        markup`<circle class="mark control" cx="${at(scale, value)}" cy="12" r="4.5"/>`,
      ),
      changeRange(first, interval),
    );
  });
  const labels = axis(scale, ticks, (t) => changeText(first, t).replace(/\.0$/, ''));
  return markup`<div class="rows arms">${lines}${row('', labels, '')}</div>`;
}
