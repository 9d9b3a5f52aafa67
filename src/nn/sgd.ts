import { sgdStep, type Tensor } from '../tensor/index.js';
import { GradientOptimiser } from './optimiser.js';

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

  constructor(parameters: ReadonlyMap<string, Tensor>, options: SgdOptions) {
    super(parameters, options.lr, options.weightDecay ?? 0);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
    this.velocities = this.momentum === 0 ? [] : this.beside();
  }

  step(): void {
    const { lr, momentum, weightDecay, nesterov } = this;
    sgdStep(this.tensors, this.velocities, { lr, momentum, weightDecay, nesterov });
  }

  state(): Map<string, Tensor> {
    return new Map(this.momentum === 0 ? [] : this.named('velocity', this.velocities));
  }
}
