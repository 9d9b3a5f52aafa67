import type { EventLine, RunEventOf } from '../run/files/index.js';
import { ArmStates, type ArmState } from './arm-states.js';
import type { RunEnding, WatchedRun } from './thread-messages.js';

/** Where a run stands, as the page sees it. */
export type LiveStanding =
  | { readonly kind: 'running' }
  /** Asked to stop; the state is being saved. */
  | { readonly kind: 'stopping' }
  | RunEnding;

/** All that the page shows of a run: what it told, in all its sittings. */
export class LiveState {
  run: WatchedRun | undefined;
  standing: LiveStanding = { kind: 'running' };
  /** The run's events of all sittings, oldest first, without progress. */
  readonly events: EventLine[] = [];
  /** The last sign of progress in the phase at hand. */
  progress: RunEventOf<'progress'> | undefined;
  private readonly trainings = new ArmStates();
  /** Milliseconds that earlier sittings and this one had taken by the last event. */
  private taken = 0;

  watch(run: WatchedRun): void {
    this.run = run;
    for (const event of run.earlier) this.add(event);
  }

  add(event: EventLine): void {
    if (event.type === 'progress') {
      this.progress = event;
      return;
    }
    const before = this.events.at(-1);
    // Between sittings nothing is done.
    if (before !== undefined && event.type !== 'started')
      this.taken += Math.max(0, Date.parse(event.time) - Date.parse(before.time));
    this.events.push(event);
    if (event.type === 'phase') this.progress = undefined;
    this.trainings.add(event);
  }

  /** Seconds that the run has taken in all sittings. @param now in milliseconds since 1970 */
  seconds(now: number): number {
    const last = this.events.at(-1);
    const isOver = !['running', 'stopping'].includes(this.standing.kind);
    const open = last === undefined || isOver ? 0 : Math.max(0, now - Date.parse(last.time));
    return (this.taken + open) / 1000;
  }

  /** The last event of a kind; undefined where there is none. */
  last<T extends EventLine['type']>(type: T): (RunEventOf<T> & EventLine) | undefined {
    return this.events.findLast((event): event is RunEventOf<T> & EventLine => event.type === type);
  }

  all<T extends EventLine['type']>(type: T): (RunEventOf<T> & EventLine)[] {
    return this.events.filter((event): event is RunEventOf<T> & EventLine => event.type === type);
  }

  /** The trainings of a comparison; none of another run. Looks into their folders. */
  arms(): readonly ArmState[] {
    return this.run === undefined ? [] : this.trainings.look(this.run.out);
  }
}
