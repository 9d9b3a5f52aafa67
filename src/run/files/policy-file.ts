import { join } from 'node:path';
import { z } from 'zod';
import { transformSpecSchema } from '../../config/augmentations.js';
import { learnedPolicies, type LearnedPolicy } from '../../config/train-settings.js';
import { policySchema } from './manifest-file.js';
import { shellWord, UserError } from '../../core/index.js';

/** A random subset of fixed size, each member applied with probability p (thesis, 3.2). */
export const subsetPolicySchema = z.looseObject({
  size: z.int().min(0),
  p: z.number().min(0).max(1),
  restore: z.enum(['reflect', 'resize', 'none']),
  transforms: z.array(transformSpecSchema),
  /** Transforms that are not applied to images of a class: class name to names of transforms. */
  except: z.record(z.string(), z.array(z.string())).optional(),
});

/** `policy.json`: the safe set, what keeps the labels, and their conflict-free parts, ready to train with. */
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
  /** What is graded safe or label-keeping, and its part without conflicts; absent where harm was not judged. */
  keep: subsetPolicySchema.optional(),
  keepV2: subsetPolicySchema.optional(),
  /** keepV2 and, with their range narrowed until they keep the labels, transforms that do not at full range. */
  keepNarrowed: subsetPolicySchema.optional(),
  /** One policy to train with, and what the last epochs are trained with instead. */
  recommended: z
    .looseObject({
      policy: policySchema,
      /** The safe set, for this share of the epochs. */
      last: subsetPolicySchema,
      lastShare: z.number().min(0).max(1),
      /** Instead of `policy` in trainings of at least so many epochs elsewhere; what `train` grows to. */
      long: z.looseObject({ epochs: z.int().min(1), policy: policySchema }).optional(),
    })
    .optional(),
});

/**
 * From so many epochs on, `recommended` draws more for an image in other tools; `train` lets it grow (docs/decisions/094-growing-strength.md).
 * Sixty and five hundred were measured; a hundred is a guess between.
 */
export const longFrom = 100;

export type SubsetPolicy = z.infer<typeof subsetPolicySchema>;
export type PolicyFile = z.infer<typeof policyFileSchema>;
export type Recommended = NonNullable<PolicyFile['recommended']>;

/** Where each lies in `policy.json`. */
const keys = {
  safe: 'safe',
  'safe-v2': 'safeV2',
  keep: 'keep',
  'keep-v2': 'keepV2',
  recommended: 'recommended',
} as const satisfies Record<LearnedPolicy, keyof PolicyFile>;

/** Whether a policy is a set of a `learn` run. */
export function isLearnedSet(policy: string): policy is LearnedPolicy {
  return (learnedPolicies as readonly string[]).includes(policy);
}

/** The sets that a run has. */
export function learnedSetsIn(file: PolicyFile): LearnedPolicy[] {
  return learnedPolicies.filter((set) => file[keys[set]] !== undefined);
}

/**
 * A random subset among a run's policies, or the recommended one.
 *
 * @param run the run folder, for the error
 * @throws UserError `POLICY_OLD` where the run was judged by an earlier version, or without harm
 */
export function setIn<S extends LearnedPolicy>(
  file: PolicyFile,
  set: S,
  run: string,
): NonNullable<PolicyFile[(typeof keys)[S]]> {
  const found = file[keys[set]];
  if (found !== undefined) return found;
  throw new UserError('POLICY_OLD', `This run has no set ${set}.`, {
    where: `${run}, policy.json`,
    expected: `${keys[set]}, as runs have that were judged by this version, by a network that knows the classes`,
    remedy: `judge again, without training: remove ${join(run, 'selection.json')}, then safe-augment learn --resume --out ${shellWord(run)} (a run of \`judge\`: repeat it with --overwrite); or use safe-v2`,
  });
}

/** What is recommended for a training of so many epochs. */
export function recommendedAt(
  { policy, long }: Recommended,
  epochs: number,
): Recommended['policy'] {
  return long !== undefined && epochs >= long.epochs ? long.policy : policy;
}
