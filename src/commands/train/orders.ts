import { z } from 'zod';
import { trainSettings, type TrainConfig } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import type { BatchShare } from '../../data/index.js';
import { modelNames } from '../../models/index.js';
import { planSchema, recipeSchema, type Plan } from '../../run/files/index.js';
import type { PreparedData } from '../../run/prepare.js';
import type { ProcessGroup } from '../../run/processes/group.js';
import type { Settled } from '../../run/settle-images.js';
import type { TrainingRecipe } from './phases.js';

// What process 0 tells the others of a training, in this order. What `auto` comes to is settled by process 0 alone.

const side = z.int().min(1);

const settingsSchema = z.object({
  config: trainSettings.schema,
  threads: z.int().min(1),
  device: z.enum(['cpu', 'cuda', 'mps']),
  size: z.object({ height: side, width: side }).nullable(),
  fit: z.enum(['crop', 'pad', 'stretch']),
  network: z.enum(modelNames),
});

/** The first: there is nothing to do, or the settings. */
const firstSchema = z.union([z.object({ done: z.literal(true) }), settingsSchema]);

/** The second: process 0 has read the data, which lie in the cache from now on. */
const preparedSchema = z.object({ batch: z.int().min(1), train: z.int(), fingerprint: z.string() });

/** The third. */
const lastSchema = z.object({ plan: planSchema, recipe: recipeSchema });

/** The part of every batch that is this process's. */
export function shareOf(group: ProcessGroup | undefined): BatchShare | undefined {
  return group && { index: group.rank, of: group.size };
}

/** The training has ended already. */
export function tellDone(group: ProcessGroup | undefined): void {
  group?.tell({ done: true });
}

/**
 * @param config as process 0 was given it
 * @param settled what it came to
 * @throws UserError `PROCESSES_DEVICE`
 */
export function tellSettings(
  group: ProcessGroup | undefined,
  config: TrainConfig,
  { threads, device, size, fit, model }: Settled<TrainConfig>,
): void {
  if (group !== undefined && device !== 'cpu')
    throw new UserError('PROCESSES_DEVICE', 'Several processes train on the CPU only.', {
      where: '--device',
      expected: 'cpu',
      got: device,
      remedy: 'use --device cpu, or start one process',
    });
  group?.tell({ config, threads, device, size, fit, network: model.name });
}

/** The data as process 0 has read them. */
export function tellPrepared(group: ProcessGroup | undefined, prepared: PreparedData): void {
  group?.tell(factsOf(prepared));
}

/** What to train, with which recipe. */
export function tellPlan(
  group: ProcessGroup | undefined,
  plan: Plan,
  recipe: TrainingRecipe,
): void {
  group?.tell({ plan, recipe });
}

/** The settings of the training; undefined: it has ended already. */
export async function hearSettings(group: ProcessGroup): Promise<Settled<TrainConfig> | undefined> {
  const first = await group.hear(firstSchema);
  if ('done' in first) return undefined;
  const { config, threads, device, size, fit, network } = first;
  return { ...config, threads, device, size, fit, model: { ...config.model, name: network } };
}

/** Waits until process 0 has read the data. */
export async function hearPrepared(group: ProcessGroup): Promise<z.output<typeof preparedSchema>> {
  return group.hear(preparedSchema);
}

/** @throws UserError `DATA_DIFFER` where this process has read other images than process 0 */
export function requireAlike(
  theirs: z.output<typeof preparedSchema>,
  own: PreparedData,
  data: string,
): void {
  const { batch, train, fingerprint } = factsOf(own);
  if (theirs.batch === batch && theirs.train === train && theirs.fingerprint === fingerprint)
    return;
  throw new UserError('DATA_DIFFER', 'The processes have read different images.', {
    where: data,
    expected: `${theirs.train} training images, fingerprint ${theirs.fingerprint.slice(0, 12)}`,
    got: `${train} training images, fingerprint ${fingerprint.slice(0, 12)}`,
    remedy: 'put the same data under the same path on every host',
  });
}

export async function hearPlan(
  group: ProcessGroup,
): Promise<{ readonly plan: Plan; readonly recipe: TrainingRecipe }> {
  return group.hear(lastSchema);
}

function factsOf({ data, split, batch }: PreparedData) {
  return { batch, train: split.train.length, fingerprint: data.fingerprint };
}
