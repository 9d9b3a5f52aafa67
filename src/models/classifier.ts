import type { Rng } from '../core/index.js';
import { Linear } from '../nn/index.js';
import type { Tensor } from '../tensor/index.js';
import type { HeadSizes } from './network.js';
import { TwoHeaded, type Trunk, type TwoHeadedOutput } from './two-headed.js';

/** What `Classifier` is made by. */
export interface TrunkClassifierOptions extends HeadSizes {
  readonly trunk: Trunk;
  /** What the names of the trunk's parameters start with; `''` leaves them as they are. */
  readonly trunkName: string;
  /** The name of the layer that gives the classes. */
  readonly classifierName: string;
  readonly channels: number;
}

/** A trunk with two linear heads that read the same description; the recognition head is `augment_head`. */
export class TrunkClassifier extends TwoHeaded {
  readonly channels: number;
  readonly smallest: number;
  readonly trunk: Trunk;
  readonly classifier: Linear;
  private readonly augmentHead: Linear | undefined;

  constructor(rng: Rng, options: TrunkClassifierOptions) {
    super();
    const { trunk, classes, labels } = options;
    this.channels = options.channels;
    this.smallest = trunk.smallest;
    this.trunk = this.part(options.trunkName, trunk);
    const width = trunk.described;
    this.classifier = this.part(options.classifierName, new Linear(rng, width, classes));
    if (labels > 0) this.augmentHead = this.part('augment_head', new Linear(rng, width, labels));
  }

  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    // [N,described], which both heads read
    const described = this.trunk.describe(this.trunk.pyramid(x));
    return {
      task: this.classifier.forward(described),
      labels: this.augmentHead ? this.augmentHead.forward(described) : this.noLabels(x),
    };
  }
}
