import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runFiles, type EventLine, type RunEventOf } from '../run/files/index.js';
import { EventTail } from './tail.js';

/** A training of a comparison. */
export interface ArmState {
  /** Such as `all+safe@1`. */
  readonly task: string;
  readonly state: 'waiting' | 'training' | 'stopped' | 'done' | 'failed';
  readonly epochs: readonly (RunEventOf<'epoch'> & EventLine)[];
  /** Once it is done: its figures. Or why it failed. */
  readonly outcome?: RunEventOf<'arm'>;
}

interface FollowedArm {
  readonly task: string;
  readonly folder: string;
  tail?: EventTail;
  readonly epochs: (RunEventOf<'epoch'> & EventLine)[];
  /** What it told last; undefined before it began. */
  last?: EventLine['type'];
  outcome?: RunEventOf<'arm'>;
}

/**
 * The trainings of a comparison by what each writes into the events of its own folder, whichever process or machine it runs in.
 */
export class ArmStates {
  private all: FollowedArm[] = [];

  /** An event of the comparison. */
  add(event: EventLine): void {
    if (event.type === 'arms') {
      const known = new Map(this.all.map((arm) => [arm.task, arm]));
      this.all = event.trainings.map(({ task, folder }) => {
        const before = known.get(task);
        // What failed in an earlier sitting is tried again.
        const outcome = before?.outcome?.failed === undefined ? before?.outcome : undefined;
        return { task, folder, epochs: [], ...before, outcome };
      });
    } else if (event.type === 'arm') {
      const arm = this.all.find(({ task }) => task === event.task);
      if (arm !== undefined) arm.outcome = event;
    }
  }

  /** @param out the comparison's folder */
  look(out: string): ArmState[] {
    return this.all.map((arm) => {
      const place = join(out, arm.folder);
      arm.tail ??= new EventTail(join(place, runFiles.events));
      for (const event of arm.tail.read()) {
        // One that stopped early goes on to its test.
        const isEarly = event.type === 'stopped' && event.reason === 'early';
        if (!isEarly) arm.last = event.type;
        if (event.type === 'epoch') putEpoch(arm.epochs, event);
      }
      const { task, epochs, outcome } = arm;
      return { task, state: stateOf(arm, place), epochs, outcome };
    });
  }
}

function stateOf({ outcome, last }: FollowedArm, place: string): ArmState['state'] {
  if (outcome?.failed !== undefined) return 'failed';
  if (outcome !== undefined || existsSync(join(place, runFiles.results))) return 'done';
  if (last === undefined) return 'waiting';
  return last === 'stopped' ? 'stopped' : 'training';
}

/** A resumed training may tell of an epoch twice: the last one counts. */
function putEpoch(
  epochs: (RunEventOf<'epoch'> & EventLine)[],
  event: RunEventOf<'epoch'> & EventLine,
): void {
  const at = epochs.findIndex(({ epoch }) => epoch === event.epoch);
  if (at < 0) epochs.push(event);
  else epochs[at] = event;
}
