import { z } from 'zod';
import { transformSpecSchema } from '../../config/augmentations.js';

/** A random subset of fixed size, each member applied with probability p (thesis, 3.2). */
export const subsetPolicySchema = z.looseObject({
  size: z.int().min(0),
  p: z.number().min(0).max(1),
  restore: z.enum(['reflect', 'resize', 'none']),
  transforms: z.array(transformSpecSchema),
  /** Transforms that are not applied to images of a class: class name to names of transforms. */
  except: z.record(z.string(), z.array(z.string())).optional(),
});

/** `policy.json`: the safe set and its conflict-free part, ready to train with. */
export const policyFileSchema = z.looseObject({
  version: z.literal(1),
  /** The data the policy was learned from, as given. */
  data: z.string(),
  height: z.int(),
  width: z.int(),
  safe: subsetPolicySchema,
  safeV2: subsetPolicySchema,
  /** safeV2 and, with their range narrowed until they are safe, transforms that are not safe at full range. */
  narrowed: subsetPolicySchema.optional(),
});

export type SubsetPolicy = z.infer<typeof subsetPolicySchema>;
export type PolicyFile = z.infer<typeof policyFileSchema>;
