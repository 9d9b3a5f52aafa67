import type { Rng } from '../core/index.js';
import {
  add,
  clamp,
  canFuseAfter,
  canFuseJudging,
  canFuseNorms,
  groupNorm,
  normAdd,
  normRelu,
  normRelu6,
  normReluJudging,
  batchNorm,
  conv2d,
  linear,
  add_,
  noGrad,
  ones,
  relu,
  zeros,
  type ConvOptions,
  type Tensor,
} from '../tensor/index.js';
import { kaimingNormal, linearUniform } from './init.js';
import { Layer } from './module.js';

/** Convolution; weights by `kaimingNormal`. Without bias unless asked for. */
export class Conv2d extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;

  constructor(
    rng: Rng,
    inputs: number,
    outputs: number,
    readonly kernel: number,
    readonly options: ConvOptions & { readonly bias?: boolean } = {},
  ) {
    super();
    const shape = [outputs, inputs / (options.groups ?? 1), kernel, kernel];
    this.weight = this.parameter('weight', kaimingNormal(shape, rng));
    this.bias = options.bias ? this.parameter('bias', zeros([outputs])) : undefined;
  }

  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.options);
  }
}

/** Batch normalisation; momentum 0.1 and eps 1e-5 as in PyTorch. */
export class BatchNorm2d extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
  private readonly batches: Tensor;
  private frozen = false;

  constructor(
    channels: number,
    readonly momentum = 0.1,
    readonly eps = 1e-5,
  ) {
    super();
    this.weight = this.parameter('weight', ones([channels]));
    this.bias = this.parameter('bias', zeros([channels]));
    this.runningMean = this.buffer('running_mean', zeros([channels]));
    this.runningVar = this.buffer('running_var', ones([channels]));
    this.batches = this.buffer('num_batches_tracked', zeros([], { dtype: 'int64' }));
  }

  /** From now on the running statistics stay, in training too, and normalise there as well. Weight and bias are trained. */
  freeze(): void {
    this.frozen = true;
    this.eval();
  }

  override train(on = true): this {
    return super.train(on && !this.frozen);
  }

  forward(x: Tensor): Tensor {
    this.count();
    return batchNorm(x, this, { training: this.training, momentum: this.momentum, eps: this.eps });
  }

  /** relu(norm(x) + residual), in one pass where it can be. */
  forwardRelu(x: Tensor, residual?: Tensor): Tensor {
    if (this.training && canFuseNorms(x)) {
      this.count();
      return normRelu(x, this, residual, this);
    }
    if (!this.training && canFuseJudging(x)) return normReluJudging(x, this, residual, this.eps);
    const y = this.forward(x);
    return relu(residual ? add(y, residual) : y);
  }

  /** min(relu(norm(x)), 6) (Sandler et al., 2018), in fewer passes where it can be. */
  forwardRelu6(x: Tensor): Tensor {
    if (!canFuseAfter(x, this.training)) return clamp(this.forward(x), 0, 6);
    this.count();
    return normRelu6(x, this, this);
  }

  /** norm(x) + residual, in fewer passes where it can be. */
  forwardAdd(x: Tensor, residual?: Tensor): Tensor {
    if (canFuseAfter(x, this.training)) {
      this.count();
      return normAdd(x, this, residual, this);
    }
    const y = this.forward(x);
    return residual ? add(y, residual) : y;
  }

  /** Notes that the running statistics have seen one more batch. */
  count(): void {
    if (this.training) noGrad(() => add_(this.batches, 1));
  }
}

/** Group normalisation; eps 1e-5 as in PyTorch. */
export class GroupNorm extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;

  constructor(
    readonly groups: number,
    channels: number,
    readonly eps = 1e-5,
  ) {
    super();
    this.weight = this.parameter('weight', ones([channels]));
    this.bias = this.parameter('bias', zeros([channels]));
  }

  forward(x: Tensor): Tensor {
    return groupNorm(x, this.groups, this, this.eps);
  }
}

/** x W^T + b; weights uniform, bias 0. */
export class Linear extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;

  constructor(
    rng: Rng,
    readonly inputs: number,
    readonly outputs: number,
  ) {
    super();
    this.weight = this.parameter('weight', linearUniform([outputs, inputs], rng));
    this.bias = this.parameter('bias', zeros([outputs]));
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

/** max(0, x) */
export class Relu extends Layer {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** Layers one after another, named by their place or by the names given. */
export class Sequential extends Layer {
  private readonly layers: Layer[] = [];

  constructor(layers: Iterable<Layer> | Iterable<readonly [string, Layer]> = []) {
    super();
    for (const layer of layers)
      if (layer instanceof Layer) this.append(layer);
      else this.append(layer[1], layer[0]);
  }

  append<L extends Layer>(layer: L, name = String(this.layers.length)): L {
    this.layers.push(layer);
    return this.part(name, layer);
  }

  forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }
}
