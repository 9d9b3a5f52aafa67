import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { readSettings, type LearnConfig, type ModelConfig } from '../config/index.js';
import { imageSizes, joinedSizes, targetKindOf, type ImageSizes } from '../data/index.js';
import type { Fit, FittedSize, Size } from '../image/index.js';
import { modelNames, networkFor, type ModelName } from '../models/index.js';
import { taskFor } from '../tasks/index.js';
import {
  manifestSchema,
  readRunFile,
  runFiles,
  type Manifest,
  type RunHooks,
} from './files/index.js';
import type { OnMachine } from './machine.js';
import { passesIn, workingSize } from './working-size.js';

/** What a run's images are worked on at, and by which network. */
export interface Work {
  /** Null: the size that the images have, all the same. */
  readonly size: Size | null;
  readonly fit: Fit;
  readonly model: NamedModel;
}

/** The settings of a network that is known by name. */
export type NamedModel = ModelConfig & { readonly name: ModelName };

/** A run's settings once machine, size and network are settled. */
export type Settled<C> = Omit<OnMachine<C>, keyof Work> & Work;

type Wanted = OnMachine<
  Pick<LearnConfig, 'data' | 'size' | 'fit' | 'model' | 'budget' | 'labels' | 'onBadFile'> &
    Partial<Pick<LearnConfig, 'judging'>>
>;

/** Judging goes by folds where there are at most so many images, by so many at most. */
export const mostOfFolds = { images: 1000, folds: 5 };

/** Runs that a new one goes by. */
interface Earlier {
  /** The manifest of the run that is resumed; null: a new run. */
  readonly started?: Pick<Manifest, 'data'> | null;
  /** A run whose policies are used: its size is taken where none is set. */
  readonly from?: string | null;
  /** A run whose weights are used: its network too. */
  readonly init?: string | null;
}

/**
 * Settles size, fit and network for the run as a whole: `auto` is resolved once, when the run begins, and kept. Images are
 * measured only where no size is set.
 *
 * @throws UserError `DATA_*`, `RUN_DAMAGED`; `Interrupted`
 */
export async function settleImages<C extends Wanted>(
  config: C,
  hooks: RunHooks,
  { started = null, from = null, init = null }: Earlier = {},
): Promise<Settled<C>> {
  const { size, fit } = await sizeFor(config, hooks, started, init ?? from);
  const known = config.model.name === 'auto' && init !== null ? networkIn(init) : undefined;
  const model = known === undefined ? config.model : { ...config.model, name: known };
  return { ...config, size, fit, model: namedModel(model, size) };
}

/** The model with its network's name: `auto` by the longer side, in pixels. */
export function namedModel(model: ModelConfig, size: Size | null): NamedModel {
  const { name } = model;
  return { ...model, name: name === 'auto' ? networkFor(size) : name };
}

async function sizeFor(
  config: Wanted,
  hooks: RunHooks,
  started: Earlier['started'] | null,
  like: string | null,
): Promise<{ size: Size | null; fit: Fit }> {
  const { size: wanted, fit } = config;
  const isSet = wanted !== null && wanted !== 'auto';
  // A run of an earlier version that keeps the images' size has found out which it is.
  const own = isSet ? wanted : started ? sizeOf(started) : undefined;
  if (own !== undefined)
    return { size: own, fit: fit === 'auto' ? (started?.data.fit ?? 'stretch') : fit };
  if (wanted === 'auto' && like !== null && existsSync(join(like, runFiles.manifest)))
    return sizeLike(like, fit);
  const sizes = await measured(config, hooks);
  if (sizes === undefined) return { size: null, fit: fit === 'auto' ? 'stretch' : fit };
  const keeps = wanted === null && sizes.alike;
  const chosen: FittedSize = keeps ? sizes.largest : chosenSize(config, sizes);
  const { width, height, fit: usual = 'stretch' } = chosen;
  const settled = { size: { width, height }, fit: fit === 'auto' ? usual : fit };
  if (!sizes.alike || width !== sizes.largest.width || height !== sizes.largest.height) {
    const { images, smallest, largest } = sizes;
    hooks.onEvent({ type: 'size', images, smallest, largest, height, width, fit: settled.fit });
  }
  return settled;
}

const sizeOf = ({ data: { height, width } }: Pick<Manifest, 'data'>): Size => ({ height, width });

/** The size of another run, and how its images came to it. */
function sizeLike(run: string, fit: Wanted['fit']): { size: Size; fit: Fit } {
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  return { size: sizeOf(manifest), fit: fit === 'auto' ? (manifest.data.fit ?? 'stretch') : fit };
}

/** The network of another run by its configuration; undefined where it says none. */
function networkIn(run: string): ModelName | undefined {
  const path = join(run, runFiles.config);
  const { model } = existsSync(path) ? readSettings(path) : {};
  const name = typeof model === 'object' && model !== null && 'name' in model ? model.name : '';
  return modelNames.find((known) => known === name);
}

/** The sizes of all data sets of a run together. */
async function measured(
  { data, labels, onBadFile }: Wanted,
  { signal }: RunHooks,
): Promise<ImageSizes | undefined> {
  const options = { labels, signal, onBadFile: onBadFile === 'skip' ? 'skip' : 'error' } as const;
  const all: ImageSizes[] = [];
  for (const spec of typeof data === 'string' ? [data] : data) {
    const sizes = await imageSizes(spec, options);
    if (sizes !== undefined) all.push(sizes);
  }
  return all.length === 0 ? undefined : joinedSizes(all);
}

/** Networks that judging in folds may train, before anything but the number of images is known. */
function trainingsFor(folds: LearnConfig['judging']['folds'], images: number): number {
  if (folds !== 'auto') return folds;
  return images <= mostOfFolds.images ? mostOfFolds.folds : 1;
}

function chosenSize(
  { data, labels, model, budget, device, judging }: Wanted,
  sizes: ImageSizes,
): FittedSize {
  const kind = targetKindOf(typeof data === 'string' ? data : data[0], labels);
  const { outputs } = taskFor({ targets: { kind } });
  const { images } = sizes;
  // Only where images are large does the time matter: there, `auto` means the network for large ones.
  const network = model.name === 'auto' ? networkFor(sizes.largest) : model.name;
  return workingSize({
    sizes,
    outputs,
    passes: passesIn({ budget, images, network, outputs, device }),
    trainings: judging && outputs === 'image' ? trainingsFor(judging.folds, images) : 1,
  });
}
