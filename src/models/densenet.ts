import type { Rng } from '../core/index.js';
import { Linear } from '../nn/index.js';
import { adaptiveAvgPool2d, asDtype, flatten, type Tensor } from '../tensor/index.js';
import { DensenetFeatures, type DensenetShape } from './densenet-features.js';
import { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';

/** What `Densenet` is made by. */
export interface DensenetOptions extends DensenetShape {
  readonly classes: number;
  /** Size of the recognition head; 0: none. */
  readonly labels: number;
}

/** DenseNet with torchvision's parameter names; the recognition head is `augment_head`. */
export class Densenet extends TwoHeaded {
  readonly channels: number;
  readonly smallest: number;
  private readonly features: DensenetFeatures;
  private readonly classifier: Linear;
  private readonly augmentHead: Linear | undefined;

  constructor(rng: Rng, options: DensenetOptions) {
    super();
    this.channels = options.channels;
    this.features = this.part('features', new DensenetFeatures(rng, options));
    this.smallest = this.features.smallest;
    const width = this.features.described;
    this.classifier = this.part('classifier', new Linear(rng, width, options.classes));
    if (options.labels > 0)
      this.augmentHead = this.part('augment_head', new Linear(rng, width, options.labels));
  }

  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    const features = asDtype(this.features.forward(this.entering(x)), 'float32');
    const pooled = flatten(adaptiveAvgPool2d(features, 1), 1);
    return {
      task: this.classifier.forward(pooled),
      labels: this.augmentHead ? this.augmentHead.forward(pooled) : this.noLabels(x),
    };
  }
}
