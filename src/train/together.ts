import type { Module } from '../nn/index.js';
import {
  averageGradients,
  backwardTogether,
  copy_,
  freeAll,
  keep,
  noGrad,
  ProcessLost,
  synchronise,
  zerosLike,
  type Tensor,
} from '../tensor/index.js';
import type { BatchLoss } from './objective.js';

/** The processes that train one network. */
export interface ProcessCount {
  /** This one, from 0. */
  readonly rank: number;
  readonly size: number;
}

/** A step's figures over the parts that all processes had of its batch. */
export interface StepMeans {
  readonly images: number;
  readonly loss: number;
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * The steps of a network that several processes train, each on its part of every batch.
 *
 * All take the same decisions after the same steps: with its gradients, each step carries whether one of them was asked to stop,
 * and what process 0 makes of the clock.
 */
export class Together {
  private readonly stop = new AbortController();
  private readonly buffers: readonly Tensor[];
  private readonly kept: readonly Tensor[];
  private wanted = 0;
  private told: number | undefined;

  /** @param asked of this process, to stop */
  constructor(
    readonly count: ProcessCount,
    model: Module,
    private readonly asked: AbortSignal,
  ) {
    averageGradients([...model.trainedParameters().values()]);
    this.buffers = [...model.namedBuffers().values()];
    this.kept = this.buffers.map((buffer) => keep(zerosLike(buffer)));
  }

  /** Aborted after the same step in all processes, where any of them was asked to stop. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /**
   * A step up to its gradients, which come from all parts of the batch. Where another process is lost, nothing but the
   * gradients has changed.
   *
   * @throws ProcessLost
   */
  backward(batchLoss: () => BatchLoss): StepMeans {
    const { buffers, kept } = this;
    noGrad(() => buffers.forEach((buffer, i) => copy_(kept[i], buffer)));
    try {
      return this.means(batchLoss());
    } catch (error) {
      // The running statistics have seen a batch that was not learned from.
      if (error instanceof ProcessLost)
        noGrad(() => buffers.forEach((buffer, i) => copy_(buffer, kept[i])));
      throw error;
    }
  }

  /**
   * Passes on how many steps process 0 wants the training to have.
   *
   * @param wanted undefined: as many as before
   * @returns what was passed on with the last step
   */
  decided(wanted: number | undefined): number | undefined {
    const { told } = this;
    this.told = undefined;
    if (wanted !== undefined) this.wanted = wanted;
    return told;
  }

  free(): void {
    freeAll(this.kept);
  }

  private means({ total, images, figures }: BatchLoss): StepMeans {
    synchronise(total.device);
    const own = Object.entries(figures());
    const { size } = this.count;
    const asked = this.asked.aborted ? 1 : 0;
    const values = [total.item(), asked, this.wanted, ...own.map(([, value]) => value)];
    this.wanted = 0;
    const [loss, stop, wanted, ...rest] = backwardTogether(total, values);
    if (stop > 0) this.stop.abort();
    // Process 0 alone wants something: the mean is its number over all processes.
    if (wanted > 0) this.told = Math.round(wanted * size);
    return {
      images: images * size,
      loss,
      figures: Object.fromEntries(own.map(([name], i) => [name, rest[i]])),
    };
  }
}
