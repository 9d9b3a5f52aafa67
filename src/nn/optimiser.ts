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

/** Parameters that share a weight decay. */
export interface ParameterGroup {
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly weightDecay: number;
}

/** One group of all parameters, or groups as they are. */
export type Parameters = ReadonlyMap<string, Tensor> | readonly ParameterGroup[];

/** Two groups: rank 2 and above with weight decay; norms and biases without. */
export function withoutDecayOnNorms(
  parameters: ReadonlyMap<string, Tensor>,
  weightDecay: number,
): ParameterGroup[] {
  const entries = [...parameters];
  const decayed = entries.filter(([, tensor]) => tensor.shape.length > 1);
  const others = entries.filter(([, tensor]) => tensor.shape.length <= 1);
  return [
    { parameters: new Map(decayed), weightDecay },
    { parameters: new Map(others), weightDecay: 0 },
  ];
}

/** What all optimisers share: groups, and state tensors named `kind/parameter`. */
export abstract class GradientOptimiser implements Optimiser {
  protected readonly groups: { names: string[]; tensors: Tensor[]; weightDecay: number }[];

  constructor(
    parameters: Parameters,
    public lr: number,
    weightDecay: number,
  ) {
    const groups = Array.isArray(parameters)
      ? (parameters as readonly ParameterGroup[])
      : [{ parameters: parameters as ReadonlyMap<string, Tensor>, weightDecay }];
    this.groups = groups.map((group) => ({
      names: [...group.parameters.keys()],
      tensors: [...group.parameters.values()],
      weightDecay: group.weightDecay,
    }));
  }

  abstract step(): void;
  abstract state(): Map<string, Tensor>;
  /** Follows the state after `loadState` has copied the tensors over. */
  protected loaded(_state: ReadonlyMap<string, Tensor>): void {}

  zeroGrad(): void {
    for (const group of this.groups) zeroGrad(group.tensors);
  }

  loadState(state: ReadonlyMap<string, Tensor>): void {
    const own = this.state();
    for (const [name, target] of own) {
      const source = state.get(name);
      if (!source || String(source.shape) !== String(target.shape))
        throw new UserError(
          'CHECKPOINT_MISMATCH',
          'The optimiser’s state belongs to another model.',
          {
            where: name,
            expected: `shape [${target.shape.join(',')}]`,
            got: source ? `[${source.shape.join(',')}]` : 'nothing',
          },
        );
      target.copyFrom(source);
    }
    this.loaded(state);
  }

  free(): void {
    for (const tensor of this.state().values()) tensor.free();
  }

  /** Zeros beside every parameter, in its layout; they outlive the scope. */
  protected beside(): Tensor[][] {
    return this.groups.map((group) => group.tensors.map((tensor) => keep(zerosLike(tensor))));
  }

  protected named(kind: string, tensors: readonly (readonly Tensor[])[]): [string, Tensor][] {
    return this.groups.flatMap((group, i) =>
      group.names.map((name, j): [string, Tensor] => [`${kind}/${name}`, tensors[i][j]]),
    );
  }
}
