import { Rng } from '../../src/core/index.js';
import { Linear, Module } from '../../src/nn/index.js';
import {
  crossEntropy,
  fromFloat32,
  fromInt64,
  noGrad,
  scope,
  type Tensor,
} from '../../src/tensor/index.js';
import type { BatchLoss, BatchSource, Metrics, Objective } from '../../src/train/index.js';

/** Points on a plane in two classes. */
export interface Points {
  x: Float32Array;
  y: Int32Array;
}

export class ToyModel extends Module {
  private readonly layer: Linear;
  constructor(seed: number) {
    super();
    this.layer = this.part('layer', new Linear(new Rng(seed, 'toy'), 2, 2));
  }
  forward(x: Tensor): Tensor {
    return this.layer.forward(x);
  }
}

function points(key: string, epoch: number, batch: number, n: number): Points {
  const rng = new Rng(key, epoch, batch);
  const y = Int32Array.from({ length: n }, () => rng.int(0, 2));
  const x = Float32Array.from({ length: 2 * n }, (_, i) => rng.normal() + (y[i >> 1] ? 1 : -1));
  return { x, y };
}

const batches = 5;
const size = 16;

/** Batches that depend on epoch and number alone. */
export const toySource: BatchSource<Points> = {
  batches,
  images: batches * size,
  epoch: (epoch) => ({
    waited: () => 0,
    async *[Symbol.asyncIterator]() {
      for (let b = 0; b < batches; b++) yield points('train', epoch, b, size);
    },
  }),
};

export class ToyTask implements Objective<Points> {
  accuracy?: (of: Metrics) => number;
  constructor(
    private readonly model: ToyModel,
    /** Multiplies the loss: infinity breaks it. */
    private readonly factor: (step: number) => number = () => 1,
    private readonly heldLoss?: (epoch: number) => number,
    private readonly heldFigure?: (epoch: number) => number,
  ) {}
  private steps = 0;

  batchLoss({ x, y }: Points): BatchLoss {
    const factor = this.factor(this.steps++);
    const logits = this.model.forward(
      fromFloat32(
        x.map((v) => v * factor),
        [y.length, 2],
      ),
    );
    const total = crossEntropy(logits, fromInt64(y));
    return { total, images: y.length, figures: () => ({ steps: 1 }) };
  }

  figure({ figure, loss }: Metrics): number {
    return figure ?? -loss;
  }

  async validate(epoch: number): Promise<Metrics> {
    if (this.heldLoss)
      return {
        loss: this.heldLoss(epoch),
        ...(this.heldFigure && { figure: this.heldFigure(epoch) }),
      };
    const { x, y } = points('held', 0, 0, 64);
    const loss = noGrad(() =>
      scope(() => crossEntropy(this.model.forward(fromFloat32(x, [64, 2])), fromInt64(y)).item()),
    );
    return { loss };
  }
}
