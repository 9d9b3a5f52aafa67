import { UserError } from '../core/index.js';
import { BatchNorm2d, Module } from '../nn/index.js';
import { needShape, toDtype, zeros, type Precision, type Tensor } from '../tensor/index.js';

/** What a trunk makes of images. */
export interface Features {
  /** Of ever lower resolution, `[N,widths[i],H/s,W/s]` each: what a pyramid stands on. */
  readonly levels: readonly Tensor[];
  /** What a trunk with `stages` offers to the recognition head, `[N,stages[i],..]` each; otherwise empty. */
  readonly stages: readonly Tensor[];
}

/** A network without its heads: features of ever lower resolution. */
export interface Trunk extends Module {
  /** Channels of each level, the finest first; every level halves the resolution of the one before. */
  readonly widths: readonly number[];
  /**
   * Channels of the stages whose means and deviations the recognition head reads; without them it reads what
   * `describe` gives.
   */
  readonly stages?: readonly number[];
  /** The layers that compute the first `count` of `stages`; a trunk without `stages` has none. @param count from 1 */
  firstStages?(count: number): readonly Module[];
  /** Width of what `describe` gives. */
  readonly described: number;
  /** The smallest height and width, in pixels, that survive the strides. */
  readonly smallest: number;
  /** @param x `[N,C,H,W]` */
  features(x: Tensor): Features;
  /** What the head of the classes reads, `[N,described]`, and the recognition head of a trunk without `stages`. */
  describe(features: Features): Tensor;
  /** The present name of a tensor that older files of weights name otherwise. */
  presentName(name: string): string;
}

/** Logits of both heads. */
export interface TwoHeadedOutput {
  /** Classes, `[N,classes]`. */
  readonly task: Tensor;
  /** Which augmentations were applied, one logit a label, `[N,labels]`. */
  readonly labels: Tensor;
}

/** A network with one trunk and two heads (thesis, 3.1.1). */
export abstract class TwoHeaded extends Module {
  /** The smallest height and width that survive the strides. */
  abstract readonly smallest: number;
  abstract readonly channels: number;
  /** The part that it may share with other models; undefined where it has none of its own. */
  abstract readonly trunk: Trunk | undefined;
  /** The layer that gives the logits of the classes: one row of its weights a class. */
  abstract readonly classifier: Module;

  private computed: Precision = 'float32';
  private started: ReadonlySet<Tensor> = new Set();

  /** Parameters that started from weights of a file. */
  get pretrained(): ReadonlySet<Tensor> {
    return this.started;
  }

  /**
   * Notes that the trunk has started from weights of a file.
   *
   * @param frozenNorms whether its norms keep their statistics
   * @param frozenStages how many of its stages, from the first on, stay as they are altogether
   * @throws UserError `FROZEN_STAGES` where the trunk has fewer
   */
  startedFromWeights(frozenNorms: boolean, frozenStages = 0): this {
    const { trunk } = this;
    if (trunk === undefined) return this;
    this.started = new Set(trunk.namedParameters().values());
    if (frozenNorms) freezeNorms(trunk);
    for (const part of frozenPartsOf(trunk, frozenStages)) {
      freezeNorms(part);
      part.freezeParameters();
    }
    return this;
  }

  /** What the trunk computes in; parameters, statistics and both heads are float32 either way. */
  get precision(): Precision {
    return this.computed;
  }

  /** Chooses it, from the next forward pass on. Default float32. */
  setPrecision(precision: Precision): this {
    this.computed = precision;
    return this;
  }

  /** @param x float32 `[N,C,H,W]`, best channels-last. @throws UserError `IMAGE_TOO_SMALL` */
  abstract forward(x: Tensor): TwoHeadedOutput;

  /** @throws UserError `IMAGE_TOO_SMALL`, TensorError for another rank or number of channels */
  protected checkInput(x: Tensor): void {
    needShape('forward', 'input', x, [undefined, this.channels, undefined, undefined]);
    const [, , height, width] = x.shape;
    if (Math.min(height, width) < this.smallest)
      throw new UserError('IMAGE_TOO_SMALL', 'The images are too small for this network.', {
        expected: `at least ${this.smallest}x${this.smallest} pixels`,
        got: `${height}x${width}`,
        remedy: `resize them with --size ${this.smallest}, or choose the small stem or another model`,
      });
  }

  /** The input in the trunk's precision: layers compute in that of what they are given. */
  protected entering(x: Tensor): Tensor {
    return this.computed === 'bfloat16' ? toDtype(x, 'bfloat16') : x;
  }

  /** The recognition head's place where there is none. */
  protected noLabels(x: Tensor): Tensor {
    return zeros([x.shape[0], 0], { device: x.device });
  }
}

function freezeNorms(module: Module): void {
  for (const part of module.modules()) if (part instanceof BatchNorm2d) part.freeze();
}

function frozenPartsOf(trunk: Trunk, count: number): readonly Module[] {
  if (count === 0) return [];
  const most = trunk.firstStages === undefined ? 0 : (trunk.stages?.length ?? 0);
  if (count <= most && trunk.firstStages) return trunk.firstStages(count);
  throw new UserError('FROZEN_STAGES', 'The network has not so many stages.', {
    where: 'pretrained.frozenStages',
    expected: most > 0 ? `0 to ${most}` : '0: this network has no stages',
    got: `${count}`,
    remedy: 'choose fewer, or omit the setting',
  });
}
