import type { Position } from './checkpoint.js';
import type { TrainingClock } from './time-limit.js';

/** How long a training is by its plan: see `FitOptions`. */
interface Planned {
  /** Of an epoch. */
  readonly source: { readonly batches: number; readonly images: number };
  readonly epochs: number;
  readonly mostEpochs?: number;
  readonly validateEvery?: number;
}

/** Steps of the whole training, as far as is known. */
export function stepsOf({ source, epochs }: Planned, { steps }: Position): number {
  return steps ?? source.batches * epochs;
}

/** Epochs of the whole training, the last one perhaps in part; undefined: as planned. */
export function epochsOf({ source }: Planned, { steps }: Position): number | undefined {
  return steps === undefined ? undefined : Math.ceil(steps / source.batches);
}

export function stepsDone({ source }: Planned, { epoch, batch }: Position): number {
  return epoch * source.batches + batch;
}

/** The steps of the whole training that fit its time; undefined: as many as are known, or nothing is left to do. */
export function stepsInTime(
  options: Planned,
  at: Position,
  clock: TrainingClock,
): number | undefined {
  const { source, epochs, mostEpochs = epochs } = options;
  const done = stepsDone(options, at);
  const all = source.batches * epochs;
  const left = stepsOf(options, at) - done;
  if (left <= 0) return undefined;
  const fitting = clock.step({
    most: mostEpochs * source.batches - done,
    planned: all - done,
    ...{ left, all },
    images: source.images / source.batches,
    validations: Math.ceil(left / source.batches / (options.validateEvery ?? 1)),
  });
  return fitting === undefined ? undefined : done + fitting;
}
