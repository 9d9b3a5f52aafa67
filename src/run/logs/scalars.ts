import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  readRunFile,
  runFiles,
  selectionSchema,
  trainingResultSchema,
  type RunEvent,
} from '../files/index.js';

/** A number of a run at a step, which is an epoch, from 1. */
export interface Scalar {
  /** Of letters, digits, `_`, `-`, `.`, `/` and spaces, which every tracker takes. */
  readonly name: string;
  readonly value: number;
  readonly step: number;
}

/** How a sitting of a run ended. */
export type Outcome = 'finished' | 'stopped' | 'failed';

/** Where numbers of a run go while it goes on, beside its own folder. Nothing that fails there ends the run. */
export interface EventLog {
  /** The run is under way: its folder and what it was configured with. @param from the first epoch that is still to come */
  begin(settings: Readonly<Record<string, unknown>>, from: number): void;
  write(scalars: readonly Scalar[]): void;
  /** Ends once everything is written, or cannot be. */
  close(outcome: Outcome): Promise<void>;
}

/** What an event has to tell in numbers. */
export function scalarsOf(event: RunEvent): Scalar[] {
  if (event.type === 'arm') {
    const { task, done, metrics = {} } = event;
    return Object.entries(metrics).map(([key, value]) =>
      scalar(`arms/${task}/${key}`, value, done),
    );
  }
  if (event.type !== 'epoch') return [];
  const { epoch, fold, train, judging, lr, imagesPerSecond } = event;
  const within = fold === undefined ? '' : `fold ${fold}/`;
  const of = (metrics: Readonly<Record<string, number>>, part: string): Scalar[] =>
    Object.entries(metrics).map(([key, value]) => scalar(`${within}${key}/${part}`, value, epoch));
  return [
    ...of(train, 'train'),
    ...of(judging ?? {}, 'held-out'),
    scalar(`${within}learning rate`, lr, epoch),
    scalar(`${within}images per second`, imagesPerSecond, epoch),
  ];
}

/** What a finished run has found: J and harm of every augmentation, or the figures on test images. */
export function resultsOf(out: string, step: number): Scalar[] {
  if (existsSync(join(out, runFiles.selection))) {
    const { augmentations } = readRunFile(out, 'selection', selectionSchema);
    return augmentations.flatMap(({ name, j, harm }) => [
      scalar(`J/${name}`, j, step),
      ...(harm === undefined ? [] : [scalar(`harm/${name}`, harm.value, step)]),
    ]);
  }
  if (!existsSync(join(out, runFiles.results))) return [];
  // A comparison's results are its trainings', which log for themselves.
  const results = readRunFile(out, 'results', z.union([trainingResultSchema, z.looseObject({})]));
  const parsed = trainingResultSchema.safeParse(results);
  if (!parsed.success) return [];
  return Object.entries(parsed.data.test.metrics).map(([key, value]) =>
    scalar(`test/${key}`, value, step),
  );
}

const scalar = (name: string, value: number, step: number): Scalar => ({
  name: name.replace(/[^\w\-./ ]/g, '_'),
  value,
  step,
});
