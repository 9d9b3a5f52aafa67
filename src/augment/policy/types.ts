import type { Size } from '../../image/types.js';
import type { Params, Restore, TransformSpec } from '../types.js';

/**
 * A part of a policy. Every part is used with probability `p`.
 *
 * - `transform`: one transform.
 * - `compose`: all members, in order.
 * - `oneOf`: one member, whose chance is its `p` among the members' (its own `p` then counts as 1).
 * - `someOf`: `n` members, drawn evenly or by `weights`, without repetition unless `replace`; each used
 *   with its own `p`, in `random` order or as `listed`.
 */
export type PolicyNode =
  | { kind: 'transform'; name: string; options: Params; p: number }
  | { kind: 'compose'; members: PolicyNode[]; p: number }
  | { kind: 'oneOf'; members: PolicyNode[]; p: number }
  | {
      kind: 'someOf';
      members: PolicyNode[];
      n: number;
      replace: boolean;
      order: 'random' | 'listed';
      weights?: number[];
      p: number;
    };

/** How images are augmented, in our JSON. */
export interface Policy {
  version: 1;
  /** How images get back to `size` at the end. */
  restore: Restore;
  /** Needed unless `restore` is `none`. */
  size?: Size;
  root: PolicyNode;
}

/** A random subset of `size` transforms, each used with probability `p` (thesis, 3.2). */
export interface SubsetOfTransforms {
  size: number;
  p: number;
  restore: Restore;
  transforms: readonly TransformSpec[];
}

/** The policy that a random subset is, for images of this size. */
export function policyOfSubset(subset: SubsetOfTransforms, size: Size): Policy {
  const members = subset.transforms.map(({ name, options = {} }): PolicyNode => ({
    kind: 'transform',
    name,
    options,
    p: subset.p,
  }));
  return {
    version: 1,
    restore: subset.restore,
    size: { width: size.width, height: size.height },
    root: {
      kind: 'someOf',
      members,
      n: Math.min(subset.size, members.length),
      replace: false,
      order: 'random',
      p: 1,
    },
  };
}
