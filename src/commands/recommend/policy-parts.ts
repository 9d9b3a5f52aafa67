import {
  createTransform,
  type Params,
  type PolicyNode,
  type Transform,
} from '../../augment/index.js';
import type { Recommended } from '../../run/files/index.js';
import type { Size } from '../../image/image.js';

/** How far an augmentation goes. */
export interface PartRange {
  /** Such as `rotateLimit`. */
  readonly option: string;
  /** The strongest, in `unit`. */
  readonly upTo: number;
  /** Such as degrees. */
  readonly unit: string;
}

/** An augmentation of a policy. */
export interface PolicyPart {
  readonly name: string;
  readonly options: Params;
  /** Share of the images that get it. */
  readonly chance: number;
  readonly ranges: readonly PartRange[];
  /** Parts of one number exclude each other: an image gets one of them at most. Undefined: it gets this one beside the others. */
  readonly choice?: number;
}

/**
 * The augmentations of a policy with their chances and ranges, in its order.
 *
 * @param root of transforms, `compose` and `oneOf`, as recommended policies are
 * @param size of the images that it is for
 */
export function partsOf(root: PolicyNode, size: Size): PolicyPart[] {
  let choices = 0;
  const walk = (node: PolicyNode, chance: number, choice?: number): PolicyPart[] => {
    switch (node.kind) {
      case 'transform': {
        const { name, options, p } = node;
        const ranges = rangesOf(createTransform({ name, options }), size);
        const alone = { name, options, chance: chance * p, ranges };
        return [choice === undefined ? alone : { ...alone, choice }];
      }
      case 'compose':
        return node.members.flatMap((member) => walk(member, chance * node.p, choice));
      case 'oneOf': {
        const number = choices++;
        const all = node.members.reduce((sum, { p }) => sum + p, 0);
        return node.members.flatMap((member) =>
          walk({ ...member, p: 1 }, (chance * node.p * member.p) / all, number),
        );
      }
      case 'someOf': {
        // Each is drawn as often as any other.
        const share = Math.min(1, node.n / Math.max(1, node.members.length));
        return node.members.flatMap((member) => walk(member, chance * node.p * share));
      }
    }
  };
  return walk(root, 1);
}

function rangesOf(transform: Transform, size: Size): PartRange[] {
  const { padding } = transform.options;
  // A share of the longer side, which has no magnitude of its own.
  if (transform.name === 'PaddedCrop' && typeof padding === 'number')
    return [
      {
        option: 'padding',
        upTo: Math.round(padding * Math.max(size.height, size.width)),
        unit: 'px',
      },
    ];
  return transform
    .magnitudes(size)
    .filter(({ full }) => full > 0)
    .map(({ option, unit, full }) => ({ option, unit, upTo: full }));
}

/** What most of a policy's gain comes from. */
export interface PolicyForm {
  /** Whether it flips images from left to right. */
  readonly flips: boolean;
  /** Whether it crops from the padded image. */
  readonly crops: boolean;
}

/** The form of a run's policy. */
export function formOf({ policy }: Recommended): PolicyForm {
  const names = namesIn(policy.root);
  return { flips: names.includes('HorizontalFlip'), crops: names.includes('PaddedCrop') };
}

function namesIn(node: Recommended['policy']['root']): string[] {
  return node.kind === 'transform' ? [node.name] : node.members.flatMap(namesIn);
}
