import type { Rng } from '../../core/index.js';
import { BatchNorm2d, Conv2d, DepthwiseConv2d, Layer, Module, Sequential } from '../../nn/index.js';
import { adaptiveAvgPool2d, asDtype, flatten, type Tensor } from '../../tensor/index.js';
import { TrunkClassifier } from '../classifier.js';
import type { Network } from '../network.js';
import type { Features, Trunk } from '../two-headed.js';

/** Blocks that share a resolution. */
interface Stage {
  readonly blocks: number;
  readonly kernel: 3 | 5;
  /** Of the first block. */
  readonly stride: 1 | 2;
  /** How many times as many channels a block has inside. */
  readonly expansion: number;
  readonly channels: number;
}

/**
 * Tan and Le, 2019, table 1, as EfficientNet-Lite0: without squeeze and excitation, with ReLU6, stem and top of
 * fixed widths.
 */
const lite0: readonly Stage[] = [
  { blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { blocks: 2, kernel: 5, stride: 2, expansion: 6, channels: 40 },
  { blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 80 },
  { blocks: 3, kernel: 5, stride: 1, expansion: 6, channels: 112 },
  { blocks: 4, kernel: 5, stride: 2, expansion: 6, channels: 192 },
  { blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];
const stemChannels = 32;
const topChannels = 1280;
/** The last stages at strides 4, 8, 16 and 32. */
const levelStages = [1, 2, 4, 6];

/** A small network for photographs on a CPU, with timm's names of `efficientnet_lite0`, also of parameters. */
export const efficientnetLite0: Network<'efficientnet-lite0'> = {
  name: 'efficientnet-lite0',
  about: 'efficientnet-lite0 comes with ImageNet weights: for photographs.',
  settings: { stem: null, width: null },
  smallUpTo: null,
  pretraining: {
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    shipped: 'efficientnet-lite0.safetensors',
  },
  classifier: (rng, { channels }, heads) =>
    new TrunkClassifier(rng, {
      trunk: new EfficientNetTrunk(rng, channels, true),
      ...{ trunkName: '', classifierName: 'classifier', channels },
      ...heads,
    }),
  base: (rng, { channels }) => ({
    trunk: new EfficientNetTrunk(rng, channels, false),
    // Half the papers' widths: the trunk is a quarter as wide as theirs.
    ...{ trunkName: '', pyramid: 128, head: 64, groups: 16 },
  }),
};

/** Stem, seven stages, and for classifiers the 1x1 convolution on top. */
class EfficientNetTrunk extends Module implements Trunk {
  readonly widths = levelStages.map((i) => lite0[i].channels);
  readonly stages = lite0.map(({ channels }) => channels);
  readonly described: number;
  /** Padding lets any size pass; below, three of the stages would see a single point. */
  readonly smallest = 8;
  private readonly stem: Conv2d;
  private readonly stemNorm: BatchNorm2d;
  private readonly blocks: Sequential[];
  private readonly top: Conv2d | undefined;
  private readonly topNorm: BatchNorm2d | undefined;

  constructor(rng: Rng, channels: number, withTop: boolean) {
    super();
    const last = lite0[lite0.length - 1].channels;
    this.described = withTop ? topChannels : last;
    this.stem = this.part(
      'conv_stem',
      new Conv2d(rng, channels, stemChannels, 3, { stride: 2, padding: 1 }),
    );
    this.stemNorm = this.part('bn1', new BatchNorm2d(stemChannels));
    let inputs = stemChannels;
    this.blocks = lite0.map((stage) => {
      const made = new Sequential(blocksOf(rng, stage, inputs));
      inputs = stage.channels;
      return made;
    });
    this.part('blocks', new Sequential(this.blocks));
    if (!withTop) return;
    this.top = this.part('conv_head', new Conv2d(rng, last, topChannels, 1));
    this.topNorm = this.part('bn2', new BatchNorm2d(topChannels));
  }

  features(x: Tensor): Features {
    let y = this.stemNorm.forwardRelu6(this.stem.forward(x)); // [N,32,H/2,W/2]
    const stages = this.blocks.map((stage) => (y = stage.forward(y)));
    return { levels: levelStages.map((i) => stages[i]), stages };
  }

  firstStages(count: number): Module[] {
    return [this.stem, this.stemNorm, ...this.blocks.slice(0, count)];
  }

  /** The pooled top, float32. */
  describe({ levels }: Features): Tensor {
    const last = levels[levels.length - 1];
    const y = this.topNorm?.forwardRelu6(this.top?.forward(last) ?? last) ?? last;
    return flatten(adaptiveAvgPool2d(asDtype(y, 'float32'), 1), 1);
  }

  presentName(name: string): string {
    return name;
  }
}

function blocksOf(rng: Rng, stage: Stage, inputs: number): Layer[] {
  return Array.from({ length: stage.blocks }, (_, i) => {
    const shape = {
      ...stage,
      stride: i === 0 ? stage.stride : 1,
      inputs: i === 0 ? inputs : stage.channels,
    };
    return stage.expansion === 1 ? new SeparableBlock(rng, shape) : new InvertedBlock(rng, shape);
  });
}

/** A block's sizes. */
interface BlockShape extends Omit<Stage, 'blocks'> {
  readonly inputs: number;
}

/** Depthwise convolution, then 1x1 without ReLU; here always to another number of channels, so nothing is added. */
class SeparableBlock extends Layer {
  private readonly spatial: DepthwiseConv2d;
  private readonly spatialNorm: BatchNorm2d;
  private readonly project: Conv2d;
  private readonly projectNorm: BatchNorm2d;

  constructor(rng: Rng, shape: BlockShape) {
    super();
    const { inputs, kernel, stride, channels } = shape;
    this.spatial = this.part('conv_dw', new DepthwiseConv2d(rng, inputs, kernel, stride));
    this.spatialNorm = this.part('bn1', new BatchNorm2d(inputs));
    this.project = this.part('conv_pw', new Conv2d(rng, inputs, channels, 1));
    this.projectNorm = this.part('bn2', new BatchNorm2d(channels));
  }

  forward(x: Tensor): Tensor {
    const y = this.spatial.forwardBetween(undefined, x, this.spatialNorm);
    return this.projectNorm.forwardAdd(this.project.forward(y));
  }
}

/**
 * Inverted residual (Sandler et al., 2018, section 3.3): 1x1 to more channels, depthwise, 1x1 back without ReLU, and
 * the input added where the shape stays.
 */
class InvertedBlock extends Layer {
  private readonly expand: Conv2d;
  private readonly expandNorm: BatchNorm2d;
  private readonly spatial: DepthwiseConv2d;
  private readonly spatialNorm: BatchNorm2d;
  private readonly project: Conv2d;
  private readonly projectNorm: BatchNorm2d;
  private readonly adds: boolean;

  constructor(rng: Rng, shape: BlockShape) {
    super();
    const { inputs, kernel, channels, expansion, stride } = shape;
    const inside = inputs * expansion;
    this.expand = this.part('conv_pw', new Conv2d(rng, inputs, inside, 1));
    this.expandNorm = this.part('bn1', new BatchNorm2d(inside));
    this.spatial = this.part('conv_dw', new DepthwiseConv2d(rng, inside, kernel, stride));
    this.spatialNorm = this.part('bn2', new BatchNorm2d(inside));
    this.project = this.part('conv_pwl', new Conv2d(rng, inside, channels, 1));
    this.projectNorm = this.part('bn3', new BatchNorm2d(channels));
    this.adds = stride === 1 && inputs === channels;
  }

  forward(x: Tensor): Tensor {
    const wide = this.expand.forward(x);
    const seen = this.spatial.forwardBetween(this.expandNorm, wide, this.spatialNorm);
    return this.projectNorm.forwardAdd(this.project.forward(seen), this.adds ? x : undefined);
  }
}
