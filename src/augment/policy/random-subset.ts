import type { Size } from '../../image/image.js';
import type { Policy, PolicyNode, Restore, TransformSpec } from '../transform.js';

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
