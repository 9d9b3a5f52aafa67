import { min } from 'd3-array';
import { figure, key, signs, verdictBadge } from '../../report/elements.js';
import {
  at,
  axis,
  bar,
  row,
  rowScale,
  track,
  upright,
  verdictMark,
} from '../../report/charts/rows.js';
import { markup, nothing, type Markup } from '../../report/html.js';
import { count, fixed } from '../../report/wording.js';
import type { RunEventOf } from '../../run/files/index.js';
import type { LiveState } from '../live-state.js';

type Look = RunEventOf<'look'>;
type Seen = Look['augmentations'][number];

/** J of every augmentation with its interval after each look, the last one above the others: of each data set. */
export function intervals(state: LiveState): Markup {
  const looks = state.all('look');
  if (looks.length === 0)
    return markup`<p class="soft">Verdicts come once the network has learned: each augmentation’s interval appears here then, and shrinks with every look at more images.</p>`;
  const sets = [...new Set(looks.map(({ set }) => set))];
  return markup`${sets.map((set) =>
    ofSet(
      set,
      looks.filter((look) => look.set === set),
    ),
  )}`;
}

function ofSet(set: string | undefined, looks: readonly Look[]): Markup {
  const last = looks[looks.length - 1];
  const all = looks.flatMap(({ augmentations }) => augmentations);
  const lowest = min(all, ({ j }) => j.low) ?? 0;
  const scale = rowScale(Math.min(-0.08, lowest) - 0.02, 1.02);
  const ticks = scale.ticks(6);
  const rows = last.augmentations.map((now) => {
    const before = looks.flatMap(
      ({ augmentations }) => augmentations.find(({ name }) => name === now.name) ?? [],
    );
    const earlier = before.filter(({ j }) => j.low !== now.j.low || j.high !== now.j.high);
    const drawn = track(
      ticks.map((t) => upright(scale, t, 'tick')),
      upright(scale, last.delta, 'delta'),
      earlier.map(({ j }) => bar(scale, j.low, j.high, 'earlier')),
      bar(scale, now.j.low, now.j.high, `bar ${now.verdict}`),
      verdictMark(now.verdict, at(scale, now.j.value), 12),
    );
    return row(now.name, drawn, valueOf(now));
  });
  const meanings = key([
    ['latest', 'interval after the last look'],
    ['before', 'after earlier looks'],
    ['delta', `delta ${fixed(last.delta)}`],
  ]);
  const decided = last.augmentations.filter(({ verdict }) => verdict !== 'undecided').length;
  const images = Math.max(...last.augmentations.map((seen) => seen.images));
  const so = `${decided} of ${last.augmentations.length} decided so far, after ${count(looks.length, 'look')} at up to ${count(images, 'judging image')}`;
  return figure(
    set === undefined ? 'How well each augmentation is recognised' : `On ${set}`,
    markup`<p>${so}.</p>${meanings}<div class="rows looks">${rows}${row('J', axis(scale, ticks), '')}</div>`,
    markup`J is 0 where an augmentation is not recognised, 1 where it always is. ${signs.safe} safe: J below delta and little harm to the task; ${signs.unsafe} unsafe: either above its limit; ${signs.undecided} undecided so far.`,
  );
}

function valueOf({ j, harm, verdict }: Seen): Markup {
  const harmed =
    harm === undefined
      ? nothing
      : markup`<small>harm ${fixed(harm.low, 2)} to ${fixed(harm.high, 2)}</small>`;
  return markup`${verdictBadge(verdict)} <small>J ${fixed(j.low, 2)} to ${fixed(j.high, 2)}</small> ${harmed}`;
}
