import type { Comparison, Interval } from '../../run/files/index.js';
import { forestOfDifferences } from '../charts/forest.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { figure } from '../elements.js';
import { fixed } from '../wording.js';

/** Figure 3.1's third series: the gain of each augmentation alone, beside its verdict. */
export function singles({ singles: alone, figures: [first] }: Comparison): Markup {
  if (alone === null || alone.rows.length === 0) return nothing;
  const rows = [...alone.rows].sort((a, b) => b.gain.value - a.gain.value);
  const named = rows.map(({ name, gain, verdict, j }) => ({
    name,
    note: verdict === null || j === null ? undefined : `${verdict}, J ${fixed(j, 2)}`,
    interval: gain,
  }));
  const judged = rows.filter(({ j }) => j !== null).length;
  const correlation =
    alone.correlation === null
      ? nothing
      : markup`<p>Rank correlation of the gain with J: <strong>${fixed(alone.correlation, 2)}</strong>${range(alone.correlationInterval)} over ${judged} augmentations. ${meaning(alone)}</p>`;
  const shown = figure(
    `${first.label} with one augmentation against none`,
    forestOfDifferences(named, first),
    markup`Each augmentation alone, with the probability of the policies. Below its name: the verdict of the learn run, and ${term('J')}. Differences${first.share ? ' in percentage points' : ''} with their 95 % intervals, paired.`,
  );
  return markup`${correlation}${shown}`;
}

function range(interval: Interval | null | undefined): string {
  if (!interval) return '';
  return ` (95 %: ${fixed(interval.low, 2)} to ${fixed(interval.high, 2)})`;
}

/** What the correlation's interval lets one say. */
function meaning({ correlationInterval: interval }: NonNullable<Comparison['singles']>): string {
  if (interval && interval.high < 0)
    return 'The better the network recognises an augmentation, the less training gains from it here.';
  if (interval && interval.low > 0)
    return 'The better the network recognises an augmentation, the more training gains from it here: safe does not mean useful.';
  return 'This may be chance: these trainings show no relation between recognition and gain.';
}
