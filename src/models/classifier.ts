import type { Rng } from '../core/index.js';
import { Linear } from '../nn/index.js';
import type { Tensor } from '../tensor/index.js';
import type { HeadSizes } from './network.js';
import { StagesHead } from './stages.js';
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

/**
 * A trunk with two heads. That of the classes is linear in the trunk's description; the recognition head, `augment_head`,
 * reads the same, or the trunk's stages where it has some.
 */
export class TrunkClassifier extends TwoHeaded {
  readonly channels: number;
  readonly smallest: number;
  readonly trunk: Trunk;
  readonly classifier: Linear;
  private readonly augmentHead: Linear | StagesHead | undefined;

  constructor(rng: Rng, options: TrunkClassifierOptions) {
    super();
    const { trunk, classes, labels } = options;
    this.channels = options.channels;
    this.smallest = trunk.smallest;
    this.trunk = this.part(options.trunkName, trunk);
    const width = trunk.described;
    this.classifier = this.part(options.classifierName, new Linear(rng, width, classes));
    if (labels === 0) return;
    this.augmentHead = this.part(
      'augment_head',
      trunk.stages ? new StagesHead(rng, trunk.stages, labels) : new Linear(rng, width, labels),
    );
  }

  forward(x: Tensor): TwoHeadedOutput {
    this.checkInput(x);
    const features = this.trunk.features(this.entering(x));
    const described = this.trunk.describe(features); // [N,described]
    const task = this.classifier.forward(described);
    const head = this.augmentHead;
    if (head === undefined) return { task, labels: this.noLabels(x) };
    const seen =
      head instanceof StagesHead ? head.forward(features.stages) : head.forward(described);
    return { task, labels: seen };
  }
}
