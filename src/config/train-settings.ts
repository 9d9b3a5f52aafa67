import { z } from 'zod';
import { baselineNames } from '../augment/index.js';
import { sharedChecks, withChecks, type CrossCheck } from './checks.js';
import { augmentingFields, sharedFields } from './common.js';

/** The policies that a `learn` run provides. */
export const learnedPolicies = ['safe', 'safe-v2', 'keep', 'keep-v2', 'recommended'] as const;

export type LearnedPolicy = (typeof learnedPolicies)[number];

/** The policies that have a name; anything else is a file. */
export const policyNames = ['none', 'all', ...learnedPolicies] as const;

export type PolicyName = (typeof policyNames)[number];

/** Another run's folder, or none. */
export const runPath = z.string().min(1).nullable().default(null);

/** What `train` and `compare` have beside what they share with `learn`. */
export const trainingFields = {
  subset: z
    .strictObject({
      size: z
        .int()
        .min(0)
        .default(3)
        .describe('Size of the random subset for policy `all` (thesis, 3.2).'),
      p: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe('Probability that each member is applied (thesis, 5.2.2).'),
    })
    .prefault({}),
  heldOut: z
    .number()
    .gt(0)
    .lte(0.5)
    .default(0.1)
    .describe(
      'Share of the training images held out: they drive plateau and early stopping, and choose the epoch where one is chosen.',
    ),
  validateEvery: z
    .union([z.literal('auto'), z.int().min(1)], {
      error: "expected 'auto' or a whole number of at least 1",
    })
    .default('auto')
    .describe(
      'Epochs between evaluations on the held-out images; auto: one with plateau or early stopping, otherwise about twenty evaluations in all. A policy that grows has at least as many as with auto.',
    ),
  epochImages: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Training images of an epoch, others in each; null: all, or as many as let a few epochs fit the budget.',
    ),
  finetune: z
    .strictObject({
      lrFactor: z
        .union([z.literal('auto'), z.number().positive()], {
          error: "expected 'auto' or a number above 0",
        })
        .default('auto')
        .describe(
          'Learning rate of fine-tuning as a share of optimiser.lr (the thesis gives none); auto: 1 with onecycle, which starts low, otherwise 0.1.',
        ),
    })
    .prefault({}),
};

const trainFields = z.strictObject({
  command: z.literal('train').default('train').describe('The command that made the run.'),
  ...sharedFields,
  policy: z
    .string({ error: `expected ${policyNames.join(', ')}, or a policy file` })
    .min(1)
    .describe(
      `How images are augmented: ${[...policyNames, ...baselineNames].join(', ')}, an augmentation’s name (it alone), or a policy file.`,
    ),
  from: runPath.describe(
    `The \`learn\` run whose set is used (policies ${learnedPolicies.join(', ')}).`,
  ),
  init: runPath.describe('Start from the weights of this run (fine-tuning); null: from scratch.'),
  ...augmentingFields,
  ...trainingFields,
  processes: z
    .strictObject({
      norms: z
        .enum(['own', 'all'])
        .default('own')
        .describe(
          'Where several processes train together (docs/train.md): the statistics of batch norms are those of each process’s part of a batch (own), or of the whole batch (all), which takes two exchanges a norm and step.',
        ),
    })
    .prefault({}),
});

const fromCheck: CrossCheck<{ policy: string; from: string | null }> = {
  path: ['from'],
  fields: ['policy', 'from'],
  problem: ({ policy, from }) =>
    (learnedPolicies as readonly string[]).includes(policy) &&
    from === null &&
    `expected the folder of a \`learn\` run, for its ${policy} set (--from RUN)`,
};

/** The settings of `train` with the checks between them. */
export const trainSchema = withChecks(trainFields, [...sharedChecks, fromCheck]);

export type TrainConfig = z.output<typeof trainSchema>;
export type TrainInput = Partial<z.input<typeof trainSchema>>;
