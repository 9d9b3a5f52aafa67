import type { Comparison, Interval } from '../../run/files/index.js';
import { escape, figure, fixed } from '../html.js';
import { forest } from './forest.js';

/** Figure 3.1's third series: the gain of each augmentation alone, beside its verdict. */
export function singles({ singles: alone, figures: [first] }: Comparison): string {
  if (alone === null || alone.rows.length === 0) return '';
  const rows = [...alone.rows].sort((a, b) => b.gain.value - a.gain.value);
  const named = rows.map(({ name, gain, verdict, j }) => ({
    name,
    note: verdict === null || j === null ? undefined : `${verdict}, J ${fixed(j, 2)}`,
    interval: gain,
  }));
  const judged = rows.filter(({ j }) => j !== null).length;
  const correlation =
    alone.correlation === null
      ? ''
      : `<p>Rank correlation of the gain with J: <strong>${fixed(alone.correlation, 2)}</strong>${range(alone.correlationInterval)} over ${judged} augmentations. ${meaning(alone)}</p>`;
  return `${correlation}${figure(
    `${escape(first.label)} with one augmentation against none`,
    forest(named, first),
    `Each alone, with the probability of the policies; beside its name the verdict of the learn run and, after it, J: how surely the network recognises it. Differences${first.share ? ' in percentage points' : ''} with their 95 % intervals, paired.`,
  )}`;
}

function range(interval: Interval | null | undefined): string {
  if (!interval) return '';
  return ` (95 %: ${fixed(interval.low, 2)} to ${fixed(interval.high, 2)})`;
}

/** What the correlation's interval lets one say. */
function meaning({ correlationInterval: interval }: NonNullable<Comparison['singles']>): string {
  if (interval && interval.high < 0)
    return 'What the network recognises surely gains less: the verdicts tell what helps here.';
  if (interval && interval.low > 0)
    return 'What the network recognises surely gains more here: safe is not the same as useful.';
  return 'It may be chance: whether what the network recognises gains less, these trainings cannot tell.';
}
