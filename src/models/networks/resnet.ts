import type { Rng } from '../../core/index.js';
import { BatchNorm2d, Conv2d, Layer, Module, Sequential } from '../../nn/index.js';
import { adaptiveAvgPool2d, asDtype, flatten, maxPool2d, type Tensor } from '../../tensor/index.js';
import { TrunkClassifier } from '../classifier.js';
import type { Network } from '../network.js';
import type { Features, Trunk } from '../two-headed.js';

/** A network of He et al., 2016, table 1. */
interface Variant {
  /** Blocks of each of the four stages. */
  readonly blocks: readonly number[];
  /** Three convolutions a block with four times as many channels outside, instead of two. */
  readonly bottleneck: boolean;
}

/** With torchvision's names, also of parameters. */
export const resnets = [
  resnet('resnet18', { blocks: [2, 2, 2, 2], bottleneck: false }),
  resnet('resnet50', { blocks: [3, 4, 6, 3], bottleneck: true }),
] as const;

function resnet<Name extends string>(name: Name, variant: Variant): Network<Name> {
  return {
    name,
    about: 'resnet18 and resnet50 take torchvision’s weights from a file.',
    settings: { stem: null, width: null },
    smallUpTo: null,
    pretraining: {
      // torchvision's transforms of its ImageNet weights.
      normalisation: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      shipped: null,
    },
    classifier: (rng, { channels }, heads) =>
      new TrunkClassifier(rng, {
        trunk: new ResnetTrunk(rng, variant, channels),
        ...{ trunkName: '', classifierName: 'fc', channels },
        ...heads,
      }),
    base: (rng, { channels }) => ({
      trunk: new ResnetTrunk(rng, variant, channels),
      // The papers' widths.
      ...{ trunkName: '', pyramid: 256, head: 128, groups: 32 },
    }),
  };
}

const stemChannels = 64;
/** A bottleneck's channels outside, in those inside. */
const widening = 4;

/** Everything before the pooling: stem and four stages, at strides 4, 8, 16 and 32. */
class ResnetTrunk extends Module implements Trunk {
  readonly widths: readonly number[];
  /** The stem, at stride 2, and the four stages. */
  readonly stages: readonly number[];
  readonly described: number;
  /** Padding lets any size pass; below, three of the stages would see a single point. */
  readonly smallest = 8;
  private readonly stem: Conv2d;
  private readonly stemNorm: BatchNorm2d;
  private readonly layers: Sequential[];

  constructor(rng: Rng, { blocks, bottleneck }: Variant, channels: number) {
    super();
    this.stem = this.part(
      'conv1',
      new Conv2d(rng, channels, stemChannels, 7, { stride: 2, padding: 3 }),
    );
    this.stemNorm = this.part('bn1', new BatchNorm2d(stemChannels));
    this.widths = blocks.map((_, i) => (stemChannels << i) * (bottleneck ? widening : 1));
    this.layers = blocks.map((count, i) => {
      const made = Array.from({ length: count }, (_block, j) => {
        const inputs = j > 0 ? this.widths[i] : (this.widths[i - 1] ?? stemChannels);
        const shape = { inputs, inside: stemChannels << i, stride: i > 0 && j === 0 ? 2 : 1 };
        return new ResidualBlock(rng, shape, bottleneck);
      });
      return this.part(`layer${i + 1}`, new Sequential(made));
    });
    this.stages = [stemChannels, ...this.widths];
    this.described = this.widths[this.widths.length - 1];
  }

  features(x: Tensor): Features {
    const first = this.stemNorm.forwardRelu(this.stem.forward(x)); // [N,64,H/2,W/2]
    let y = maxPool2d(first, 3, { stride: 2, padding: 1 });
    const levels = this.layers.map((layer) => (y = layer.forward(y)));
    return { levels, stages: [first, ...levels] };
  }

  firstStages(count: number): Module[] {
    return [this.stem, this.stemNorm, ...this.layers.slice(0, count - 1)];
  }

  /** The pooled top, float32. */
  describe({ levels }: Features): Tensor {
    return flatten(adaptiveAvgPool2d(asDtype(levels[levels.length - 1], 'float32'), 1), 1);
  }

  presentName(name: string): string {
    return name;
  }
}

/**
 * A residual block: two 3x3 convolutions, or as a bottleneck 1x1, 3x3 (which has the stride, unlike the paper's) and
 * 1x1; the input is added, through a 1x1 convolution where the shape changes.
 */
class ResidualBlock extends Layer {
  private readonly convs: Conv2d[];
  private readonly norms: BatchNorm2d[];
  private readonly downsample: Sequential | undefined;

  constructor(
    rng: Rng,
    { inputs, inside, stride }: { inputs: number; inside: number; stride: number },
    bottleneck: boolean,
  ) {
    super();
    const outside = bottleneck ? widening * inside : inside;
    const spatial = { stride, padding: 1 };
    this.convs = bottleneck
      ? [
          new Conv2d(rng, inputs, inside, 1),
          new Conv2d(rng, inside, inside, 3, spatial),
          new Conv2d(rng, inside, outside, 1),
        ]
      : [
          new Conv2d(rng, inputs, inside, 3, spatial),
          new Conv2d(rng, inside, inside, 3, { padding: 1 }),
        ];
    this.norms = this.convs.map((conv) => new BatchNorm2d(conv.weight.shape[0]));
    this.convs.forEach((conv, i) => {
      this.part(`conv${i + 1}`, conv);
      this.part(`bn${i + 1}`, this.norms[i]);
    });
    if (stride === 1 && inputs === outside) return;
    const layers = [new Conv2d(rng, inputs, outside, 1, { stride }), new BatchNorm2d(outside)];
    this.downsample = this.part('downsample', new Sequential(layers));
  }

  forward(x: Tensor): Tensor {
    const kept = this.downsample ? this.downsample.forward(x) : x;
    const last = this.convs.length - 1;
    return this.convs.reduce(
      (y, conv, i) => this.norms[i].forwardRelu(conv.forward(y), i === last ? kept : undefined),
      x,
    );
  }
}
