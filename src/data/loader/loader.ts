import { totalmem } from 'node:os';
import type { Recipe } from '../../augment/transform.js';
import { InternalError, UserError } from '../../core/index.js';
import { sizeText, type Size } from '../../image/index.js';
import { handleOf, loadTargets } from '../load-targets.js';
import { Originals, type OriginalsHandle } from '../originals.js';
import { PixelStore, type PixelStoreHandle } from '../pixel-store.js';
import { targetBytes, type LoadedTargets, type TargetsHandle } from '../targets.js';
import { LoaderEpoch } from './epoch.js';
import { fillBatch, type LoaderSource } from './fill.js';
import {
  labelCount,
  orderOf,
  shareOf,
  type BatchShare,
  type EpochPlan,
  type Granularity,
} from './plan.js';
import { WorkerPool } from './pool.js';
import { Ring } from './ring.js';

const noAugmentation: Recipe = { kind: 'none' };
const defaultPrefetch = 3;
/** The batches lie in one buffer, which ends at 2^32 bytes in some releases of Node. */
const mostBytes = 2 ** 32 - 2 ** 16;

export interface LoaderOptions {
  /** A `PixelStore`, or its handle. */
  readonly store: PixelStoreHandle;
  /** What is to be learned of every image in the store; geometric steps move masks with their images. */
  readonly targets: TargetsHandle;
  /** Windows are cut from these, at full size, before they are resized to the store's. */
  readonly originals?: OriginalsHandle;
  readonly seed: number;
  /** Worker threads; 0 makes each batch in the calling thread when it is asked for. Default 1. */
  readonly workers?: number;
  /** Batches made ahead of the one being used. Default 3. */
  readonly prefetch?: number;
}

export interface EpochOptions {
  /** Which images, as indices into the store. */
  readonly indices: Uint32Array;
  readonly batch: number;
  /** Number of the epoch, or of the draw when judging: part of every random stream's key. Default 0. */
  readonly epoch?: number;
  /** Names the random streams, e.g. `train`, `judging`. Default `train`. */
  readonly purpose?: string;
  /** Default: none. */
  readonly recipe?: Recipe;
  /** Default `image`. */
  readonly granularity?: Granularity;
  /** A new order for each epoch; false keeps that of `indices`. Default false. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /** Of every batch, this part alone; requires `dropLast`, and a batch that can be divided so. Default: all of it. */
  readonly share?: BatchShare;
}

/** Makes batches ahead of their use in worker threads. Close it when done. */
export class Loader {
  private readonly source: LoaderSource;
  private readonly seed: number;
  private readonly slots: number;
  private readonly pool: WorkerPool | undefined;
  private ring: Ring | undefined;
  private current: LoaderEpoch | undefined;
  private closed = false;

  constructor(options: LoaderOptions) {
    const workers = options.workers ?? 1;
    const prefetch = options.prefetch ?? defaultPrefetch;
    requireInteger('workers', workers, 0);
    requireInteger('prefetch', prefetch, 1);
    const store = new PixelStore(options.store);
    const targets = loadTargets(options.targets);
    requireTargets(targets, store);
    const originals = options.originals && new Originals(options.originals);
    this.source = { store, targets, originals };
    this.seed = options.seed;
    this.slots = workers === 0 ? 1 : prefetch + 1;
    this.pool =
      workers === 0
        ? undefined
        : new WorkerPool(workers, {
            store: store.handle(),
            targets: handleOf(targets),
            originals: options.originals,
          });
  }

  /**
   * One pass over `indices`. Workers begin at the first `next()`; an unfinished epoch of this loader
   * is given up when another one begins.
   *
   * @throws UserError `LOADER_NO_IMAGES`, `LOADER_TOO_FEW` (fewer images than the batch and
   *   `dropLast`), `LOADER_RESTORE` (`restore: 'none'` needs `granularity: 'batch'`); the first `next()` throws
   *   `LOADER_TOO_LARGE` where the batches would take more than 4 GiB or half of the memory
   */
  epoch(options: EpochOptions): LoaderEpoch {
    const { indices, batch, epoch = 0, purpose = 'train', recipe = noAugmentation } = options;
    const { granularity = 'image', shuffle = false, dropLast = false } = options;
    const { store } = this.source;
    requireInteger('batch', batch, 1);
    requireImages(indices, batch, dropLast);
    const perClass = recipe.kind === 'subset' && recipe.except !== undefined;
    if (
      recipe.kind !== 'none' &&
      recipe.restore === 'none' &&
      (granularity === 'image' || perClass)
    )
      throw new UserError('LOADER_RESTORE', 'The images of a batch would have different sizes.', {
        where: 'restore: none',
        expected: 'restore reflect or resize, because steps are drawn per image or class',
        got: perClass ? 'transforms excluded for some classes' : 'granularity image',
        remedy: perClass ? 'use restore reflect' : 'use granularity batch, or restore reflect',
      });
    const whole = orderOf(indices, { seed: this.seed, purpose, epoch }, shuffle);
    for (const index of whole)
      if (index >= store.count) throw new InternalError(`Loader: image ${index} of ${store.count}`);
    const batches = dropLast ? Math.floor(whole.length / batch) : Math.ceil(whole.length / batch);
    const order = options.share === undefined ? whole : shareOf(whole, batch, options.share);
    const images = batch / (options.share?.of ?? 1);
    const plan: EpochPlan = {
      seed: this.seed,
      purpose,
      epoch,
      recipe,
      granularity,
      order: shared(dropLast ? order.subarray(0, batches * images) : order),
      batch: images,
      batches,
    };
    return new LoaderEpoch(plan, {
      start: (self) => this.begin(self, plan),
      fill: (ring, b) => fillBatch(plan, this.source, ring, b),
      pool: this.pool,
      channels: store.channels,
    });
  }

  /** Ends the worker threads. May be called at any time and more than once. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.current?.abandon();
    await this.pool?.close();
  }

  private async begin(epoch: LoaderEpoch, plan: EpochPlan): Promise<Ring> {
    if (this.closed) throw new InternalError('the loader is closed');
    this.current?.abandon();
    this.current = epoch;
    await this.pool?.idle();
    this.pool?.check();
    const { store, targets } = this.source;
    const target = { kind: targets.kind, bytes: targetBytes(targets, store.count) };
    const k = labelCount(plan.recipe);
    const { slots } = this;
    if (!this.ring?.fits(slots, plan.batch, store.stride, k)) {
      const bytes = slots * plan.batch * (store.stride + target.bytes);
      const most = Math.min(mostBytes, totalmem() / 2);
      if (bytes > most) throw tooLarge(store.size, plan.batch, slots, bytes, most);
      this.ring = Ring.allocate(slots, plan.batch, store.stride, k, target);
    }
    const { ring } = this;
    ring.reset();
    this.pool?.run({ plan, ring: ring.handle });
    return ring;
  }
}

/** Shorthand for `new Loader(options)`. @throws UserError `LOADER_OPTION` */
export function createLoader(options: LoaderOptions): Loader {
  return new Loader(options);
}

/** A copy in shared memory, so that every worker reads the same order. */
function shared(order: Uint32Array): Uint32Array {
  const copy = new Uint32Array(new SharedArrayBuffer(order.byteLength));
  copy.set(order);
  return copy;
}

function requireTargets(targets: LoadedTargets, store: PixelStore): void {
  const { count } = store;
  if (targets.kind === 'class' && targets.classes.length !== count)
    throw new InternalError(`Loader: ${targets.classes.length} labels for ${count} images`);
  if (targets.kind === 'labels' && targets.labels.length % count !== 0)
    throw new InternalError(`Loader: ${targets.labels.length} labels for ${count} images`);
  if (targets.kind !== 'mask') return;
  if (targets.store.count !== count || targets.store.stride * store.channels !== store.stride)
    throw new InternalError(`Loader: ${targets.store.count} masks for ${count} images`);
}

function requireInteger(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UserError('LOADER_OPTION', `The loader option ${name} is out of range.`, {
    where: name,
    expected: `an integer >= ${least}`,
    got: String(value),
  });
}

function tooLarge(
  size: Size,
  batch: number,
  slots: number,
  bytes: number,
  most: number,
): UserError {
  const gigabytes = (n: number): string => `${(n / 2 ** 30).toFixed(1)} GB`;
  return new UserError('LOADER_TOO_LARGE', 'The batches do not fit into memory.', {
    expected: `at most ${gigabytes(most)}`,
    got: `${slots} batches of ${batch} images of ${sizeText(size)}: ${gigabytes(bytes)}`,
    remedy: 'resize the images with --size, or choose a smaller batch with --batch',
  });
}

function requireImages(indices: Uint32Array, batch: number, dropLast: boolean): void {
  if (indices.length === 0)
    throw new UserError('LOADER_NO_IMAGES', 'There are no images to load.', {
      expected: 'at least one image',
      got: 'none',
      remedy: 'check the split',
    });
  if (dropLast && indices.length < batch)
    throw new UserError('LOADER_TOO_FEW', 'There are too few images for one batch.', {
      expected: `at least ${batch} images`,
      got: `${indices.length}`,
      remedy: `choose a smaller batch with --batch, at most ${indices.length}`,
    });
}
