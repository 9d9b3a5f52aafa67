import { UserError } from '../core/index.js';
import { keep, zeroGrad, zerosLike, type Tensor } from '../tensor/index.js';

/** Updates parameters from their gradients. */
export interface Optimiser {
  /** The learning rate of the next step. */
  lr: number;
  /** While true, parameters whose rule has `waits` stay as they are; their moments follow the gradients. Default false. */
  waiting: boolean;
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

/** How an optimiser treats a parameter. */
export interface ParameterRule {
  /** Its learning rate is that of the optimiser times this. */
  readonly rate: number;
  /** Whether weight decay acts on it. */
  readonly decays: boolean;
  /** Whether it stays as it is while the optimiser is `waiting`. */
  readonly waits: boolean;
}

/** The rule of each parameter. */
export type RuleOf = (name: string, parameter: Tensor) => ParameterRule;

/** What everything gets where nothing is said. */
const sameForAll: RuleOf = () => ({ rate: 1, decays: true, waits: false });

/** Parameters with one rule. */
interface Group {
  readonly rule: ParameterRule;
  /** Places among all parameters. */
  readonly places: readonly number[];
}

/** What a step over some of the parameters needs. */
interface GroupStep {
  readonly lr: number;
  readonly weightDecay: number;
  /** Their part of a list that has an entry a parameter, or none at all. */
  of<T>(all: readonly T[]): readonly T[];
}

/** What all optimisers share: the parameters, and state tensors named `kind/parameter`. */
export abstract class GradientOptimiser implements Optimiser {
  protected readonly names: readonly string[];
  protected readonly tensors: readonly Tensor[];
  waiting = false;
  private readonly groups: readonly Group[];

  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    public lr: number,
    private readonly weightDecay: number,
    ruleOf: RuleOf = sameForAll,
  ) {
    this.names = [...parameters.keys()];
    this.tensors = [...parameters.values()];
    this.groups = grouped([...parameters].map(([name, tensor]) => ruleOf(name, tensor)));
  }

  /** The steps that make one step over all parameters: one for each rule. */
  protected parts(): GroupStep[] {
    return this.groups.map(({ rule, places }) => ({
      lr: rule.waits && this.waiting ? 0 : this.lr * rule.rate,
      weightDecay: rule.decays ? this.weightDecay : 0,
      of: (all) =>
        all.length === 0 || places.length === all.length ? all : places.map((i) => all[i]),
    }));
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

function grouped(rules: readonly ParameterRule[]): Group[] {
  const groups = new Map<string, { rule: ParameterRule; places: number[] }>();
  rules.forEach((rule, place) => {
    const key = `${rule.rate} ${rule.decays} ${rule.waits}`;
    const group = groups.get(key);
    if (group) group.places.push(place);
    else groups.set(key, { rule, places: [place] });
  });
  return [...groups.values()];
}
