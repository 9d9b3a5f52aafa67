import { adamStep, copy_, fromInt64, keep, type Tensor } from '../tensor/index.js';
import { GradientOptimiser, type RuleOf } from './optimiser.js';

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  readonly lr: number;
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly weightDecay?: number;
}

/** Adam (Kingma and Ba, 2015, algorithm 1), weight decay as L2: torch.optim.Adam. */
export class Adam extends GradientOptimiser {
  protected readonly decoupled: boolean = false;
  private readonly betas: readonly [number, number];
  private readonly eps: number;
  private readonly firsts: Tensor[];
  private readonly seconds: Tensor[];
  private readonly count: Tensor;
  private steps = 0;

  /** @param ruleOf default: the same for all */
  constructor(parameters: ReadonlyMap<string, Tensor>, options: AdamOptions, ruleOf?: RuleOf) {
    super(parameters, options.lr, options.weightDecay ?? 0, ruleOf);
    this.betas = options.betas ?? [0.9, 0.999];
    this.eps = options.eps ?? 1e-8;
    this.firsts = this.beside();
    this.seconds = this.beside();
    this.count = keep(fromInt64([0], []));
  }

  step(): void {
    this.steps++;
    const { betas, eps, decoupled, steps: step } = this;
    for (const { lr, weightDecay, of } of this.parts()) {
      const options = { step, lr, betas, eps, weightDecay, decoupled };
      adamStep(of(this.tensors), of(this.firsts), of(this.seconds), options);
    }
  }

  state(): Map<string, Tensor> {
    const steps = fromInt64([this.steps], []);
    copy_(this.count, steps);
    steps.free();
    return new Map([
      ['step', this.count],
      ...this.named('first', this.firsts),
      ...this.named('second', this.seconds),
    ]);
  }

  protected override loaded(): void {
    this.steps = this.count.item();
  }
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2): torch.optim.AdamW. */
export class AdamW extends Adam {
  protected override readonly decoupled = true;
}
