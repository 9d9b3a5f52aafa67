import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../core/index.js';
import type { Module, Optimiser, Schedule, WeightAverage } from '../nn/index.js';
import { readSafetensors, scope, writeSafetensors, type Tensor } from '../tensor/index.js';
import type { Sums } from './running-mean.js';
import type { Pace } from './time-limit.js';

/** Which epoch's weights a training ends with. */
export type KeptEpoch = 'last' | 'best';

/** What held-out images said after an epoch, from 0. */
export interface EpochLook {
  readonly epoch: number;
  readonly loss: number;
  /** `Objective.figure`; undefined in the states of older versions. */
  readonly figure?: number;
}

/** Where a training stands: everything beside tensors that the next step depends on. */
export interface Position {
  /** The epoch under way, from 0, and the batches of it that are done. */
  epoch: number;
  batch: number;
  sums: Sums;
  best: EpochLook | null;
  /** Null in the states of older versions too. */
  last: EpochLook | null;
  /** Validations since the best one. */
  bad: number;
  /** Seconds of training so far, in all sittings, where its time is limited. */
  seconds?: number;
  /** What the clock found the training to take, as of its last look. */
  pace?: Pace;
  /** Steps of the whole training, where the clock has made them fewer than planned. */
  steps?: number;
  /** The step after which the weights of a quarter were kept. */
  quarter?: number;
  /** Of what is done to the images of the epoch under way, where it grows; absent at the beginning. */
  strength?: number;
}

/** What `fit` needs of the place where its states are kept. */
export interface CheckpointStore {
  saveLatest(position: Position): void;
  /** Null where nothing has been saved. */
  loadLatest(): Position | null;
  /** The weights that the run ends with, as far as is known. */
  saveKept(): void;
  /** The weights after a quarter of the training. */
  saveQuarter(): void;
  /** Says after what share of the training, in (0, 1), these were kept, where it was not a quarter. */
  shareQuarter(share: number): void;
  loadKept(): void;
}

export interface Checkpointed {
  readonly model: Module;
  readonly optimiser: Optimiser;
  readonly schedule: Schedule;
  /** Default: none. */
  readonly average?: WeightAverage;
}

const latestFile = 'latest.safetensors';
const keptFile = 'weights.safetensors';
const quarterFile = 'quarter.safetensors';
/** What older versions called it. */
const olderFile = 'best.safetensors';
const optimiserPrefix = 'optimiser/';
const averagePrefix = 'average/';

/**
 * Checkpoints in a folder: `latest.safetensors` (weights, optimiser, averaged weights, schedule, position) and
 * `weights.safetensors` and `quarter.safetensors` (weights alone). Each is one file, written beside and renamed, so that an
 * interruption at any moment leaves a whole one.
 */
export function checkpointsIn(folder: string, parts: Checkpointed): CheckpointStore {
  const latest = join(folder, latestFile);
  const kept = join(folder, keptFile);
  return {
    saveLatest(position) {
      const tensors = parts.model.namedState();
      for (const [name, tensor] of parts.optimiser.state())
        tensors.set(optimiserPrefix + name, tensor);
      for (const [name, tensor] of parts.average?.state() ?? [])
        tensors.set(averagePrefix + name, tensor);
      writeSafetensors(latest, tensors, { state: positionText(position, parts.schedule) });
    },
    loadLatest() {
      if (!existsSync(latest)) return null;
      return scope(() => {
        const { tensors, metadata } = readSafetensors(latest);
        const position = readPosition(metadata.state, latest, parts.schedule);
        const weights = new Map<string, Tensor>();
        const momenta = new Map<string, Tensor>();
        const averaged = new Map<string, Tensor>();
        for (const [name, tensor] of tensors)
          if (name.startsWith(optimiserPrefix))
            momenta.set(name.slice(optimiserPrefix.length), tensor);
          else if (parts.average && name.startsWith(averagePrefix))
            averaged.set(name.slice(averagePrefix.length), tensor);
          else weights.set(name, tensor);
        loadInto(parts.model, weights, latest);
        parts.optimiser.loadState(momenta);
        parts.average?.loadState(averaged);
        return position;
      });
    },
    saveKept() {
      writeSafetensors(kept, parts.model.namedState(), {});
    },
    saveQuarter() {
      writeSafetensors(join(folder, quarterFile), parts.model.namedState(), {});
    },
    shareQuarter(share) {
      const file = quarterFileIn(folder);
      if (!existsSync(file)) return;
      scope(() => writeSafetensors(file, readSafetensors(file).tensors, shareMetadata(share)));
    },
    loadKept() {
      loadKeptWeights(folder, parts.model);
    },
  };
}

/** Whether a training in this folder has something to go on from. */
export function hasLatest(folder: string): boolean {
  return existsSync(join(folder, latestFile));
}

/** Loads the weights that a run ended with. @throws UserError `CHECKPOINT_MISSING`, `CHECKPOINT_MISMATCH` */
export function loadKeptWeights(folder: string, model: Module): void {
  const file = keptWeights(folder);
  scope(() => loadInto(model, readSafetensors(file).tensors, file));
}

/** Where a run puts its weights after a quarter of the training. */
export function quarterFileIn(folder: string): string {
  return join(folder, quarterFile);
}

/** What the file of these weights says of them. @param share see `loadQuarterWeights` */
export function shareMetadata(share: number): Record<string, string> {
  return { share: String(share) };
}

/**
 * Loads a run's weights after a quarter of the training.
 *
 * @returns after what share of it they were kept: 1/4, or more where time made the training shorter than planned;
 *   undefined where the run kept none
 * @throws UserError `CHECKPOINT_MISMATCH`
 */
export function loadQuarterWeights(folder: string, model: Module): number | undefined {
  const file = quarterFileIn(folder);
  if (!existsSync(file)) return undefined;
  return scope(() => {
    const { tensors, metadata } = readSafetensors(file);
    loadInto(model, tensors, file);
    const share = Number(metadata.share);
    return share > 0 && share < 1 ? share : 1 / 4;
  });
}

/** Where a run puts the weights that it ends with. */
export function keptFileIn(folder: string): string {
  return join(folder, keptFile);
}

/** Whether `keptWeights` finds any. */
export function hasKeptWeights(folder: string): boolean {
  return existsSync(keptFileIn(folder)) || existsSync(join(folder, olderFile));
}

/** The file with the weights that a run ended with. @throws UserError `CHECKPOINT_MISSING` */
export function keptWeights(folder: string): string {
  const kept = keptFileIn(folder);
  if (existsSync(kept)) return kept;
  const older = join(folder, olderFile);
  if (existsSync(older)) return older;
  throw new UserError('CHECKPOINT_MISSING', 'The run contains no weights.', {
    where: kept,
    remedy:
      'finish the run with --resume; if it has ended and the file was removed, run it again with --overwrite',
  });
}

function loadInto(model: Module, tensors: Map<string, Tensor>, where: string): void {
  const own = model.namedState();
  const pairs = [...own].map(([name, target]) => {
    const source = tensors.get(name);
    if (source === undefined) throw mismatch(where, `no ${name}`);
    return { name, target, source };
  });
  const extra = [...tensors.keys()].find((name) => !own.has(name));
  if (extra !== undefined) throw mismatch(where, `${extra}, which this model does not have`);
  for (const { name, target, source } of pairs) {
    if (String(source.shape) !== String(target.shape))
      throw mismatch(where, `${name} is [${source.shape}], expected [${target.shape}]`);
    target.copyFrom(source);
  }
}

function mismatch(where: string, got: string): UserError {
  return new UserError('CHECKPOINT_MISMATCH', 'The checkpoint is from another model.', {
    where,
    got,
    remedy: 'start again with --overwrite, or use the model it was saved from',
  });
}

interface State {
  position: Position;
  schedule: ReturnType<Schedule['state']>;
}

/** JSON has no NaN, which it writes as null. */
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

const lookSchema = z.object({
  epoch: z.int().min(0),
  loss: figure,
  figure: figure.optional(),
});

const stateSchema = z.object({
  position: z.object({
    epoch: z.int().min(0),
    batch: z.int().min(0),
    sums: z.object({ images: z.number().min(0), values: z.record(z.string(), figure) }),
    best: lookSchema.nullable(),
    // States of older versions have none.
    last: lookSchema.nullable().default(null),
    bad: z.int().min(0),
    seconds: z.number().min(0).optional(),
    pace: z
      .object({ step: z.number().min(0).optional(), validation: z.number().min(0) })
      .optional(),
    steps: z.int().min(1).optional(),
    quarter: z.int().min(1).optional(),
    strength: z.number().min(0).optional(),
  }),
  schedule: z.record(z.string(), z.number()),
});

/** Position and schedule as text. */
export function positionText(position: Position, schedule: Schedule): string {
  const state: State = { position, schedule: schedule.state() };
  return JSON.stringify(state);
}

/**
 * The position in such a text; the schedule goes on from what it says.
 *
 * @throws UserError `CHECKPOINT_DAMAGED` where it is not what `positionText` makes of such a schedule
 */
export function readPosition(
  text: string | undefined,
  where: string,
  schedule: Schedule,
): Position {
  const state = parseState(text, where, schedule);
  schedule.loadState(state.schedule);
  return state.position;
}

function parseState(text: string | undefined, where: string, schedule: Schedule): State {
  try {
    const value: unknown = JSON.parse(text ?? '');
    const state = stateSchema.parse(value);
    const lacking = Object.keys(schedule.state()).find(
      (name) => state.schedule[name] === undefined,
    );
    if (lacking !== undefined) throw new Error(`schedule.${lacking} is missing`);
    return state;
  } catch (cause) {
    throw new UserError(
      'CHECKPOINT_DAMAGED',
      'Cannot read the checkpoint.',
      { where, remedy: 'start again with --overwrite' },
      { cause },
    );
  }
}
