import { sgdStep, type Tensor } from '../tensor/index.js';
import { GradientOptimiser, type RuleOf } from './optimiser.js';

/** Options of `Sgd`; the thesis: lr 0.1, momentum 0.9, weight decay 5e-4. */
export interface SgdOptions {
  readonly lr: number;
  /** Default 0. */
  readonly momentum?: number;
  /** L2, added to the gradient. Default 0. */
  readonly weightDecay?: number;
  /** Default false. */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent with momentum (no dampening), as torch.optim.SGD. */
export class Sgd extends GradientOptimiser {
  private readonly momentum: number;
  private readonly nesterov: boolean;
  private readonly velocities: Tensor[];

  /** @param ruleOf default: the same for all */
  constructor(parameters: ReadonlyMap<string, Tensor>, options: SgdOptions, ruleOf?: RuleOf) {
    super(parameters, options.lr, options.weightDecay ?? 0, ruleOf);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
    this.velocities = this.momentum === 0 ? [] : this.beside();
  }

  step(): void {
    const { momentum, nesterov } = this;
    for (const { lr, weightDecay, of } of this.parts())
      sgdStep(of(this.tensors), of(this.velocities), { lr, momentum, weightDecay, nesterov });
  }

  state(): Map<string, Tensor> {
    return new Map(this.momentum === 0 ? [] : this.named('velocity', this.velocities));
  }
}
