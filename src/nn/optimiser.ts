import { UserError } from '../core/index.js';
import { keep, zeroGrad, zerosLike, type Tensor } from '../tensor/index.js';

/** Updates parameters from their gradients. */
export interface Optimiser {
  /** The learning rate of the next step. */
  lr: number;
  step(): void;
  /** Forgets the gradients. */
  zeroGrad(): void;
  /** What the next step depends on beside the parameters, for an exact resume. */
  state(): Map<string, Tensor>;
  /** @throws UserError `CHECKPOINT_MISMATCH` when it belongs to other parameters */
  loadState(state: ReadonlyMap<string, Tensor>): void;
  /** Gives its memory back. */
  free(): void;
}

/** What all optimisers share: the parameters, and state tensors named `kind/parameter`. */
export abstract class GradientOptimiser implements Optimiser {
  protected readonly names: readonly string[];
  protected readonly tensors: readonly Tensor[];

  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    public lr: number,
    protected readonly weightDecay: number,
  ) {
    this.names = [...parameters.keys()];
    this.tensors = [...parameters.values()];
  }

  abstract step(): void;
  abstract state(): Map<string, Tensor>;
  /** Follows the state after `loadState` has copied the tensors over. */
  protected loaded(): void {}

  zeroGrad(): void {
    zeroGrad(this.tensors);
  }

  loadState(state: ReadonlyMap<string, Tensor>): void {
    const own = this.state();
    for (const [name, target] of own) {
      const source = state.get(name);
      if (!source || String(source.shape) !== String(target.shape))
        throw new UserError('CHECKPOINT_MISMATCH', 'The optimiser’s state is from another model.', {
          where: name,
          expected: `shape [${target.shape.join(',')}]`,
          got: source ? `[${source.shape.join(',')}]` : 'nothing',
        });
      target.copyFrom(source);
    }
    this.loaded();
  }

  free(): void {
    for (const tensor of this.state().values()) tensor.free();
  }

  /** Zeros beside every parameter, in its layout; they outlive the scope. */
  protected beside(): Tensor[] {
    return this.tensors.map((tensor) => keep(zerosLike(tensor)));
  }

  protected named(kind: string, tensors: readonly Tensor[]): [string, Tensor][] {
    return this.names.map((name, i) => [`${kind}/${name}`, tensors[i]]);
  }
}
