import { setImmediate as nextTurn } from 'node:timers/promises';
import { InternalError } from '../../core/index.js';
import { labelCount, type Batch, type EpochPlan } from './plan.js';
import type { WorkerPool } from './pool.js';
import type { Ring } from './ring.js';

export interface EpochStats {
  readonly images: number;
  readonly batches: number;
  /** From the first call of `next` to the last batch's end (or until now). */
  readonly seconds: number;
  /** Of these, the time the consumer waited for batches. */
  readonly waitSeconds: number;
  readonly waitShare: number;
  readonly imagesPerSecond: number;
}

interface EpochParts {
  start(self: LoaderEpoch): Promise<Ring>;
  fill(ring: Ring, b: number): Promise<void>;
  readonly pool: WorkerPool | undefined;
  readonly channels: 1 | 3;
}

/** The batches of one epoch in order, for `for await` or `next()`. */
export class LoaderEpoch implements AsyncIterableIterator<Batch> {
  /** Number of batches. */
  readonly batches: number;
  /** Number of images in all batches. */
  readonly images: number;
  private ring: Ring | undefined;
  private position = 0;
  private imagesDone = 0;
  private startedAt: number | undefined;
  private endedAt: number | undefined;
  private waited = 0;
  private over = false;

  constructor(
    private readonly plan: EpochPlan,
    private readonly parts: EpochParts,
  ) {
    this.batches = plan.batches;
    this.images = plan.order.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * The next batch; the one before becomes invalid. Lets the event loop turn once, so that signals
   * and timers get through however busy the consumer is.
   *
   * @throws what a worker threw for this batch, as it was thrown
   */
  async next(): Promise<IteratorResult<Batch, undefined>> {
    const from = performance.now();
    this.startedAt ??= from;
    try {
      await nextTurn();
      return await this.advance();
    } catch (error) {
      this.abandon();
      throw error;
    } finally {
      this.waited += performance.now() - from;
      if (this.over) this.endedAt ??= performance.now();
    }
  }

  /** Called by `break` in `for await`: workers leave the epoch, the loader stays usable. */
  return(): Promise<IteratorResult<Batch, undefined>> {
    this.abandon();
    return Promise.resolve({ done: true, value: undefined });
  }

  stats(): EpochStats {
    const until = this.endedAt ?? performance.now();
    const seconds = this.startedAt === undefined ? 0 : (until - this.startedAt) / 1000;
    const waitSeconds = this.waited / 1000;
    return {
      images: this.imagesDone,
      batches: this.position,
      seconds,
      waitSeconds,
      waitShare: seconds > 0 ? waitSeconds / seconds : 0,
      imagesPerSecond: seconds > 0 ? this.imagesDone / seconds : 0,
    };
  }

  /** Gives the epoch up. */
  abandon(): void {
    if (this.over) return;
    this.over = true;
    this.endedAt = performance.now();
    this.ring?.stop();
  }

  private async advance(): Promise<IteratorResult<Batch, undefined>> {
    if (this.over) return { done: true, value: undefined };
    if (this.ring === undefined) this.ring = await this.parts.start(this);
    else this.ring.release();
    const b = this.position;
    if (b === this.batches) {
      this.over = true;
      return { done: true, value: undefined };
    }
    await this.waitFor(this.ring, b);
    const batch = this.ring.batch(b, labelCount(this.plan.recipe), this.parts.channels);
    this.position++;
    this.imagesDone += batch.count;
    return { done: false, value: batch };
  }

  private async waitFor(ring: Ring, b: number): Promise<void> {
    const { pool } = this.parts;
    if (pool === undefined) return this.parts.fill(ring, b);
    for (;;) {
      const state = ring.stateOf(b);
      if (state === 'ready') return;
      if (state === 'failed') throw await pool.errorOf(b);
      pool.check();
      if (this.over) throw new InternalError('the epoch was given up while waiting for a batch');
      await pool.news();
    }
  }
}
