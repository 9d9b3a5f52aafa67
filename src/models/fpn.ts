import type { Rng } from '../core/index.js';
import { Conv2d, GroupNorm, Layer, Linear, Module } from '../nn/index.js';
import { add, asDtype, interpolate, relu, type Tensor } from '../tensor/index.js';
import type { HeadSizes, PyramidBase } from './network.js';
import { StagesHead } from './stages.js';
import { TwoHeaded, type Features, type Trunk, type TwoHeadedOutput } from './two-headed.js';

/** What `Fpn` is made by. */
export interface FpnOptions extends PyramidBase, HeadSizes {
  readonly channels: number;
}

/**
 * Feature Pyramid Network for semantic segmentation with a recognition head on the same trunk (thesis,
 * 5.3.1): `Trunk`, `TopDown`, `PanopticHead`, a 1x1 convolution to the classes, bilinear to full size.
 */
export class Fpn extends TwoHeaded {
  readonly channels: number;
  readonly smallest: number;
  readonly trunk: Trunk;
  private readonly topDown: TopDown;
  private readonly head: PanopticHead;
  readonly classifier: Conv2d;
  private readonly augmentHead: Linear | StagesHead | undefined;

  constructor(rng: Rng, options: FpnOptions) {
    super();
    const { trunk, pyramid, head, groups, classes, labels } = options;
    this.channels = options.channels;
    this.smallest = trunk.smallest;
    this.trunk = this.part(options.trunkName, trunk);
    this.topDown = this.part('fpn', new TopDown(rng, trunk.widths, pyramid));
    this.head = this.part(
      'head',
      new PanopticHead(rng, trunk.widths.length, pyramid, head, groups),
    );
    this.classifier = this.part('classifier', new Conv2d(rng, head, classes, 1, { bias: true }));
    if (labels === 0) return;
    this.augmentHead = this.part(
      'augment_head',
      trunk.stages
        ? new StagesHead(rng, trunk.stages, labels)
        : new Linear(rng, trunk.described, labels),
    );
  }

  /** @returns task: logits a pixel, `[N,classes,H,W]` */
  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    const [, , height, width] = x.shape;
    const features = this.trunk.features(this.entering(x));
    // [N,classes,h,w] at the finest level's resolution
    const scores = this.classifier.forward(
      this.head.forward(this.topDown.forward(features.levels)),
    );
    return {
      task: interpolate(scores, [height, width], 'bilinear'),
      labels: this.labelsOf(features) ?? this.noLabels(x),
    };
  }

  private labelsOf(features: Features): Tensor | undefined {
    const head = this.augmentHead;
    return head instanceof StagesHead
      ? head.forward(features.stages)
      : head?.forward(this.trunk.describe(features));
  }
}

/** Height and width of `[N,C,H,W]`. */
const sidesOf = (x: Tensor): [number, number] => [x.shape[2], x.shape[3]];

/**
 * The top-down path of a Feature Pyramid Network (Lin et al., 2017, section 3): a 1x1 convolution of every
 * level, plus the coarser level at twice its resolution (nearest neighbour), smoothed by a 3x3 convolution.
 */
class TopDown extends Module {
  private readonly lateral: Conv2d[] = [];
  private readonly smooth: Conv2d[] = [];

  /** @param widths channels of each level, the finest first */
  constructor(rng: Rng, widths: readonly number[], channels: number) {
    super();
    widths.forEach((inputs, i) => {
      const name = String(i + 1);
      this.lateral.push(
        this.part(`lateral${name}`, new Conv2d(rng, inputs, channels, 1, { bias: true })),
      );
      this.smooth.push(
        this.part(
          `smooth${name}`,
          new Conv2d(rng, channels, channels, 3, { padding: 1, bias: true }),
        ),
      );
    });
  }

  /** Levels to levels, the finest first; all with `channels` channels. */
  forward(levels: readonly Tensor[]): Tensor[] {
    const out: Tensor[] = [];
    let above: Tensor | undefined;
    for (let i = levels.length - 1; i >= 0; i--) {
      const lateral = this.lateral[i].forward(levels[i]);
      above = above ? add(lateral, interpolate(above, sidesOf(lateral), 'nearest')) : lateral;
      out.unshift(this.smooth[i].forward(above));
    }
    return out;
  }
}

/** A 3x3 convolution, group norm and ReLU; these two in float32. */
class ConvGroupNorm extends Layer {
  private readonly conv: Conv2d;
  private readonly norm: GroupNorm;

  constructor(rng: Rng, inputs: number, outputs: number, groups: number) {
    super();
    this.conv = this.part('conv', new Conv2d(rng, inputs, outputs, 3, { padding: 1 }));
    this.norm = this.part('norm', new GroupNorm(groups, outputs));
  }

  forward(x: Tensor): Tensor {
    return relu(this.norm.forward(asDtype(this.conv.forward(x), 'float32')));
  }
}

/**
 * The segmentation head of Panoptic FPN (Kirillov et al., 2019, section 3.1 and figure 3): every level
 * is brought to the finest one's resolution by steps of convolution, group norm, ReLU and bilinear doubling,
 * one convolution for the finest itself; the results are added.
 */
class PanopticHead extends Module {
  private readonly branches: ConvGroupNorm[][] = [];

  constructor(rng: Rng, levels: number, inputs: number, outputs: number, groups: number) {
    super();
    for (let level = 0; level < levels; level++)
      this.branches.push(
        Array.from({ length: Math.max(1, level) }, (_, step) =>
          this.part(
            `level${level + 1}_${step + 1}`,
            new ConvGroupNorm(rng, step === 0 ? inputs : outputs, outputs, groups),
          ),
        ),
      );
  }

  /** @returns float32 `[N,outputs,H,W]` at the finest level's resolution */
  forward(levels: readonly Tensor[]): Tensor {
    let sum = this.branch(0, levels);
    for (let level = 1; level < this.branches.length; level++)
      sum = add(sum, this.branch(level, levels));
    return sum;
  }

  /** One level, brought to the finest one's resolution. */
  private branch(level: number, levels: readonly Tensor[]): Tensor {
    return this.branches[level].reduce((y, step, i) => {
      const next = step.forward(asDtype(y, levels[level].dtype));
      // The next finer level's size rather than twice this one's: odd sides come out right.
      return level > 0 ? interpolate(next, sidesOf(levels[level - 1 - i]), 'bilinear') : next;
    }, levels[level]);
  }
}
