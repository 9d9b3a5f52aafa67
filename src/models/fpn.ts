import type { Rng } from '../core/index.js';
import { Conv2d, Linear } from '../nn/index.js';
import { interpolate, type Tensor } from '../tensor/index.js';
import { PanopticHead, TopDown } from './fpn-parts.js';
import type { Trunk } from './trunk.js';
import { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';

/** What `Fpn` is made by. */
export interface FpnOptions {
  readonly trunk: Trunk;
  /** The trunk's prefix among the parameters' names: `features` gives torchvision's. */
  readonly trunkName: string;
  readonly channels: number;
  readonly classes: number;
  /** Size of the recognition head; 0: none. */
  readonly labels: number;
  /** Channels of the pyramid (Lin et al., 2017: 256), of the segmentation head, and its norm's groups. */
  readonly pyramid: number;
  readonly head: number;
  readonly groups: number;
}

/**
 * Feature Pyramid Network for semantic segmentation with a recognition head on the same trunk (thesis,
 * 5.3.1): `Trunk`, `TopDown`, `PanopticHead`, a 1x1 convolution to the classes, bilinear to full size.
 */
export class Fpn extends TwoHeaded {
  readonly channels: number;
  readonly smallest: number;
  private readonly trunk: Trunk;
  private readonly topDown: TopDown;
  private readonly head: PanopticHead;
  private readonly classifier: Conv2d;
  private readonly augmentHead: Linear | undefined;

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
    if (labels > 0)
      this.augmentHead = this.part('augment_head', new Linear(rng, trunk.described, labels));
  }

  /** @returns task: logits a pixel, `[N,classes,H,W]` */
  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    const [, , height, width] = x.shape;
    const levels = this.trunk.pyramid(this.entering(x));
    const scores = this.classifier.forward(this.head.forward(this.topDown.forward(levels)));
    return {
      task: interpolate(scores, [height, width], 'bilinear'),
      labels: this.augmentHead
        ? this.augmentHead.forward(this.trunk.describe(levels))
        : this.noLabels(x),
    };
  }
}
