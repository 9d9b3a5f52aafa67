import type { EventLine, RunEvent, RunHooks } from '../../run/files/index.js';

/** What a phase is called where it is done for each data set. */
const labels: Partial<Record<string, string>> = {
  prepare: 'Reading',
  judge: 'Judging',
  report: 'Drawing samples of',
};

/** A run's hooks for one of its data sets: every event carries the set's name. */
export function hooksOf(hooks: RunHooks, set: string): RunHooks {
  return {
    signal: hooks.signal,
    onEvent(event) {
      hooks.onEvent({ ...event, set, ...labelFor(event, set) });
    },
  };
}

/** The label of a phase with the set's name. */
function labelFor(event: RunEvent, set: string): { label?: string } {
  if (event.type !== 'phase') return {};
  const label = labels[event.phase];
  if (event.label !== undefined) return { label: `${event.label} of ${set}` };
  return label === undefined ? {} : { label: `${label} ${set}` };
}

/** What a run's events say of one of its data sets: its own, and its figures of every epoch. */
export function eventsOf(events: readonly EventLine[], set: string): EventLine[] {
  return events.flatMap((event): EventLine[] => {
    if (event.type === 'epoch') {
      const { train, judging } = event;
      return [{ ...event, train: ownOf(train, set), judging: judging && ownOf(judging, set) }];
    }
    return event.set === undefined || event.set === set ? [event] : [];
  });
}

type Metrics = Extract<RunEvent, { type: 'epoch' }>['train'];

/** `photos/taskLoss` of the whole is `taskLoss` of photos. */
function ownOf(metrics: Metrics, set: string): Metrics {
  const prefix = `${set}/`;
  const own = Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  ) as Metrics;
  return { ...own, loss: own.taskLoss + (own.augmentLoss ?? 0) };
}
