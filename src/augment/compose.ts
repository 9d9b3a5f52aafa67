import { UserError } from '../core/index.js';
import type { Image, Mask, Size } from '../image/image.js';
import { sizeText } from '../image/size-text.js';
import { drawPolicy } from './policy/draw.js';
import { parsePolicy } from './policy/parse.js';
import { applySteps, applyStepsToMask } from './recipe.js';
import type { OptionsOf, TransformName } from './transforms/index.js';
import type {
  MaskBorder,
  Params,
  Policy,
  PolicyNode,
  Restore,
  Step,
  StreamKey,
} from './transform.js';

/** What takes part in a composition: `use`, `oneOf`, `someOf`, or another composition. */
export type Member = PolicyNode | Augmentation;

/** An image with any number of masks of its size. */
export interface Targets {
  readonly image: Image;
  readonly masks?: readonly Mask[];
}

/** Augmented targets, with what was done to them. */
export interface Augmented {
  readonly image: Image;
  /** As many as were given, in their order. */
  readonly masks: Mask[];
  /** Plain JSON; `replay` does the same again. */
  readonly steps: Step[];
}

export interface TargetOptions {
  /** What masks show outside the image: reflected (default), or a label such as void. */
  readonly border?: MaskBorder;
  /** Takes the image's bytes, if it is long enough and apart from the input. */
  readonly out?: Uint8Array;
}

export interface ComposeOptions {
  /** Probability that any of it happens; default 1. */
  readonly p?: number;
  /** How images get to `size` at the end; default 'none'. */
  readonly restore?: Restore;
  /** Needed unless `restore` is 'none'. */
  readonly size?: Size;
}

/**
 * One of `transformNames`, used with probability `p` (default 1).
 *
 * @example use('ShiftScaleRotate', { rotateLimit: 20, p: 0.5 })
 * @throws UserError `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`, `POLICY` for a probability outside 0 to 1
 */
export function use<N extends TransformName>(
  name: N,
  options: OptionsOf[N] & { readonly p?: number } = {} as OptionsOf[N],
): PolicyNode {
  const { p = 1, ...rest } = options as { p?: number };
  return checked({ kind: 'transform', name, options: rest as Params, p });
}

/**
 * One of the members; each one's chance is its `p` among theirs. The whole is used with probability `p`
 * (default 1; Albumentations' is 0.5).
 *
 * @throws UserError `POLICY`
 */
export function oneOf(
  members: readonly Member[],
  options: { readonly p?: number } = {},
): PolicyNode {
  return checked({ kind: 'oneOf', members: members.map(nodeOf), p: options.p ?? 1 });
}

/**
 * `n` of the members, drawn evenly or by `weights`, without repetition unless `replace`, in random order
 * unless `order` is 'listed'; each is then used with its own `p`.
 *
 * @throws UserError `POLICY`
 */
export function someOf(
  members: readonly Member[],
  options: {
    readonly n: number;
    readonly replace?: boolean;
    readonly order?: 'random' | 'listed';
    readonly weights?: readonly number[];
    readonly p?: number;
  },
): PolicyNode {
  const { n, replace = false, order = 'random', weights, p = 1 } = options;
  return checked({
    kind: 'someOf',
    members: members.map(nodeOf),
    n,
    replace,
    order,
    ...(weights && { weights: [...weights] }),
    p,
  });
}

/**
 * All members in order, ready to be applied to images and masks.
 *
 * @example
 * const augment = compose([use('HorizontalFlip', { p: 0.5 }), oneOf([use('Blur'), use('GaussNoise')])]);
 * const { image, masks } = augment.apply({ image: photo, masks: [labels] }, 17);
 * @throws UserError `POLICY`, `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`
 */
export function compose(members: readonly Member[], options: ComposeOptions = {}): Augmentation {
  const { p = 1, restore = 'none', size } = options;
  const root = { kind: 'compose', members: members.map(nodeOf), p };
  return new Augmentation(parsePolicy({ version: 1, restore, ...(size && { size }), root }));
}

/** The augmentation that a policy describes: of `parsePolicy` or `fromAlbumentations`. */
export function augmentation(policy: Policy): Augmentation {
  return new Augmentation(parsePolicy(policy));
}

/** A policy that can be applied. It holds no state: equal seeds give equal results, in any order of calls. */
export class Augmentation {
  /** As plain JSON; `toAlbumentations` and `toTorchvision` write it for others. */
  constructor(readonly policy: Policy) {}

  /** Draws what is done to an image of this size. A number as seed is the stream of image 0 in epoch 0. */
  draw(size: Size, seed: number | StreamKey): Step[] {
    const key = typeof seed === 'number' ? { seed, purpose: 'augment', epoch: 0, index: 0 } : seed;
    return drawPolicy(this.policy, size, key);
  }

  /**
   * Draws and applies: geometric transforms move the image and all masks alike, to the pixel; photometric
   * ones change the image alone. The input stays as it is.
   *
   * @throws UserError `CROP_TOO_LARGE`, `MASK_SIZE`, `IMAGE_BUFFER`, `OUT_BUFFER`
   */
  apply(targets: Targets, seed: number | StreamKey, options: TargetOptions = {}): Augmented {
    return this.replay(targets, this.draw(targets.image, seed), options);
  }

  /** Applies steps that were drawn before. */
  replay(targets: Targets, steps: readonly Step[], options: TargetOptions = {}): Augmented {
    const { image, masks = [] } = targets;
    const { restore, size } = this.policy;
    masks.forEach((mask, i) => sameSize(image, mask, i));
    return {
      image: applySteps(image, steps, { restore, size, out: options.out }),
      masks: masks.map((mask) =>
        applyStepsToMask(mask, steps, { restore, size, border: options.border }),
      ),
      steps: [...steps],
    };
  }
}

function nodeOf(member: Member): PolicyNode {
  if (!(member instanceof Augmentation)) return member;
  if (member.policy.restore !== 'none')
    throw new UserError('POLICY', 'Only the outermost composition can restore a size.', {
      expected: "members with restore 'none'",
      got: `restore '${member.policy.restore}'`,
    });
  return member.policy.root;
}

/** The node, after the reader of policy files has found nothing wrong with it. */
function checked(node: PolicyNode): PolicyNode {
  return parsePolicy({ version: 1, restore: 'none', root: node }).root;
}

function sameSize(image: Size, mask: Size, i: number): void {
  if (mask.width === image.width && mask.height === image.height) return;
  throw new UserError('MASK_SIZE', 'Image and mask have different sizes.', {
    where: `masks[${i}]`,
    expected: `${sizeText(image)} (height x width), the size of the image`,
    got: sizeText(mask),
  });
}
