import { UserError } from '../core/index.js';
import { copy_, follow, fromInt64, keep, noGrad, zerosLike, type Tensor } from '../tensor/index.js';
import type { Module } from './module.js';

/** Options of `WeightAverage`. */
export interface AverageOptions {
  /** Share of the average that each step keeps, in (0, 1). */
  readonly decay: number;
  /** Whether the first steps keep less, so that the start is soon forgotten. Default true. */
  readonly warmUp?: boolean;
}

/** timm's `warmup_power`. */
const warmUpPower = 2 / 3;

/**
 * The share of the average that a step keeps: 0 at the first, which copies the weights; then 1 - (1 + n)^(-2/3) for
 * the n-th after it, at most `decay`. Without warm-up, `decay` from the second step on.
 *
 * Source: timm 1.0, `ModelEmaV3.get_decay`, with its `warmup_gamma` 1 and `warmup_power` 2/3.
 *
 * @param step from 1
 */
export function decayAt(step: number, { decay, warmUp = true }: AverageOptions): number {
  const after = step - 1;
  if (after <= 0) return 0;
  return warmUp ? Math.min(decay, 1 - (1 + after) ** -warmUpPower) : decay;
}

/**
 * An exponential moving average of a model's weights and running statistics (Polyak and Juditsky, 1992; as a
 * moving average: Tarvainen and Valpola, 2017). Counters are not averaged.
 */
export class WeightAverage {
  private readonly names: readonly string[];
  private readonly own: readonly Tensor[];
  private readonly averages: readonly Tensor[];
  private readonly count: Tensor;
  private steps = 0;

  /** @param model on the device where it is trained */
  constructor(
    model: Module,
    private readonly options: AverageOptions,
  ) {
    const averaged = [...model.namedState()].filter(([, { dtype }]) => dtype === 'float32');
    this.names = averaged.map(([name]) => name);
    this.own = averaged.map(([, tensor]) => tensor);
    this.averages = this.own.map((tensor) => keep(zerosLike(tensor)));
    this.count = keep(fromInt64([0], []));
  }

  /** Follows the weights after a step of the optimiser. */
  step(): void {
    this.steps++;
    follow(this.averages, this.own, 1 - decayAt(this.steps, this.options));
  }

  /** Does something with the averaged weights in the model, and puts its own back: bit by bit what they were. */
  async within<T>(work: () => T | Promise<T>): Promise<T> {
    const kept = this.own.map(copyOf);
    this.enter();
    try {
      return await work();
    } finally {
      this.own.forEach((tensor, i) => {
        tensor.copyFrom(kept[i]);
        kept[i].free();
      });
    }
  }

  /** Gives the model the averaged weights for good; before the first step its own stay. */
  enter(): void {
    if (this.steps === 0) return;
    this.own.forEach((tensor, i) => tensor.copyFrom(this.averages[i]));
  }

  /** What the next step depends on, for an exact resume. */
  state(): Map<string, Tensor> {
    const steps = fromInt64([this.steps], []);
    copy_(this.count, steps);
    steps.free();
    return new Map([
      ['step', this.count],
      ...this.names.map((name, i) => [`weights/${name}`, this.averages[i]] as const),
    ]);
  }

  /** @throws UserError `CHECKPOINT_MISMATCH` when it belongs to another model */
  loadState(state: ReadonlyMap<string, Tensor>): void {
    for (const [name, target] of this.state()) {
      const source = state.get(name);
      if (!source || String(source.shape) !== String(target.shape))
        throw new UserError('CHECKPOINT_MISMATCH', 'The averaged weights are from another model.', {
          where: name,
          expected: `shape [${target.shape.join(',')}]`,
          got: source ? `[${source.shape.join(',')}]` : 'nothing',
        });
      target.copyFrom(source);
    }
    this.steps = this.count.item();
  }

  /** Gives its memory back. */
  free(): void {
    for (const tensor of this.state().values()) tensor.free();
  }
}

/** A copy that outlives its scope. */
function copyOf(tensor: Tensor): Tensor {
  const copy = keep(zerosLike(tensor));
  noGrad(() => copy.copyFrom(tensor));
  return copy;
}
