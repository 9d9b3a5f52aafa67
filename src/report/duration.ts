import type { EventLine } from '../run/files/index.js';

/**
 * Seconds that a finished run has taken, in all its sittings, without the breaks between them; undefined where it has
 * not ended.
 *
 * @param events of the run folder, oldest first
 */
export function secondsOf(events: readonly EventLine[]): number | undefined {
  const ended = events.findLast((event) => event.type === 'finished');
  if (ended?.type !== 'finished') return undefined;
  if (events[0].type !== 'started') return ended.seconds;
  let milliseconds = 0;
  for (const [i, event] of events.entries())
    if (event.type !== 'started') milliseconds += timeOf(event) - timeOf(events[i - 1]);
  return milliseconds / 1000;
}

function timeOf({ time }: EventLine): number {
  return Date.parse(time);
}
