import { z } from 'zod';
import { sharedChecks, withChecks, type CrossCheck } from './checks.js';
import { augmentingFields, dataListSchema, dataSchema, sharedFields } from './common.js';

/** More folds are never worth their trainings. */
export const mostFolds = 10;

const fraction = z.number().min(0).max(1);

/** All settings of `learn`; `common.ts` has those it shares with other commands. */
const learnFields = z.strictObject({
  ...sharedFields,
  data: z
    .union([dataSchema, dataListSchema])
    .transform((data) => (typeof data !== 'string' && data.length === 1 ? data[0] : data))
    .describe(
      'The images: a folder or an .npz file (its kind is detected), or KIND:DIR; or a list of data sets that share a network.',
    ),
  ...augmentingFields,
  subset: z
    .strictObject({
      min: z.int().min(0).default(0).describe('Minimum number of augmentations per image.'),
      max: z
        .int()
        .min(1)
        .default(5)
        .describe('Maximum number of augmentations per image (thesis: 5).'),
    })
    .prefault({}),
  judging: z
    .strictObject({
      fraction: z
        .number()
        .gt(0)
        .lte(0.5)
        .default(0.2)
        .describe('Share of the training images held out for judging.'),
      draws: z
        .int()
        .min(1)
        .default(1)
        .describe('Draws of each augmentation on each judging image.'),
      folds: z
        .union([z.literal('auto'), z.int().min(1).max(mostFolds)], {
          error: `expected 'auto' or a whole number from 1 to ${mostFolds}`,
        })
        .default('auto')
        .describe(
          'Folds of the images, each judged by a network trained on the others, so that all images judge; 1: only the held-out share judges. auto: 2 to 5 for up to 1,000 images and a budget that holds as many trainings, if they have masks, or a class each and the network starts from weights; otherwise 1.',
        ),
      maxDraws: z
        .int()
        .min(1)
        .default(4)
        .describe('Maximum number of draws for augmentations that are still undecided.'),
    })
    .prefault({}),
  rule: z
    .enum(['equivalence', 'thesis'])
    .default('equivalence')
    .describe('equivalence: compare the interval of J with delta; thesis: fixed thresholds.'),
  thesis: z
    .strictObject({
      tpr: fraction.describe(
        'Maximum recognition rate (at probability 0.5) of a safe augmentation.',
      ),
      fpr: fraction.describe(
        'Maximum false-positive rate (at probability 0.5) of a safe augmentation.',
      ),
    })
    .nullable()
    .default(null)
    .describe('Thresholds of the thesis rule; required, because the thesis gives none.'),
  alpha: z
    .number()
    .gt(0)
    .lt(0.5)
    .default(0.05)
    .describe(
      'Family-wise error rate over all augmentations (Holm), for recognition and for harm.',
    ),
  delta: z
    .union([z.literal('auto'), z.number().gt(0).lt(1)], {
      error: "expected 'auto' or a number between 0 and 1",
    })
    .default('auto')
    .describe('Upper bound on J for a safe augmentation; auto: set by the controls.'),
  controls: z
    .boolean()
    .default(true)
    .describe('Train controls along with the augmentations; off requires a numeric delta.'),
});

type LearnFields = z.output<typeof learnFields>;

const learnChecks: readonly CrossCheck<LearnFields>[] = [
  {
    path: ['subset', 'min'],
    fields: ['subset'],
    problem: ({ subset }) =>
      subset.min > subset.max && `expected at most subset.max (${subset.max})`,
  },
  {
    path: ['judging', 'draws'],
    fields: ['judging'],
    problem: ({ judging }) =>
      judging.draws > judging.maxDraws && `expected at most judging.maxDraws (${judging.maxDraws})`,
  },
  {
    path: ['thesis'],
    fields: ['rule', 'thesis'],
    problem: ({ rule, thesis }) =>
      rule === 'thesis' && thesis === null && "expected thresholds { tpr, fpr } with rule 'thesis'",
  },
  {
    path: ['delta'],
    fields: ['controls', 'delta', 'rule'],
    problem: ({ controls, delta, rule }) =>
      !controls &&
      delta === 'auto' &&
      rule === 'equivalence' &&
      'expected a number, because controls are off',
  },
  {
    path: ['restore'],
    fields: ['restore', 'data'],
    problem: ({ restore, data }) =>
      restore === 'none' &&
      typeof data !== 'string' &&
      "'none' leaves images of different sizes, but data sets that share a batch need one size",
  },
  {
    path: ['batch'],
    fields: ['batch', 'data'],
    problem: ({ batch, data }) =>
      batch !== 'auto' &&
      typeof data !== 'string' &&
      batch < data.length &&
      `expected at least ${data.length}: one image per data set`,
  },
  ...sharedChecks,
];

/** The settings with the checks between them. Accepts what it returns: a run's `config.json`. */
export const learnSchema = withChecks(learnFields, learnChecks);

/** A resolved configuration: every default filled in. `data` is one data set, or a list of two or more. */
export type LearnConfig = z.output<typeof learnSchema>;
/** What a user may write: everything but `data` may be left out. */
export type LearnInput = Partial<Omit<z.input<typeof learnSchema>, 'data'>> & {
  data?: string | readonly string[];
};

/** The same settings for one data set. */
export type DataSetConfig = Omit<LearnConfig, 'data'> & { readonly data: string };
