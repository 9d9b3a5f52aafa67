import { z } from 'zod';
import { classFigureSchema } from './class-figure.js';
import { intervalSchema } from './selection-file.js';
import { figureSchema } from './results-file.js';

/** A difference of two arms' figures. */
const differenceSchema = intervalSchema.extend({
  /** What its interval is over: the wider one's; none in files of before. */
  over: z.enum(['seeds', 'images']).optional(),
});

/** One training of an arm. */
const armRunSchema = z.looseObject({
  seed: z.int(),
  /** Its run folder, relative to the comparison's. */
  folder: z.string(),
  metrics: z.record(z.string(), z.number()),
  /** Images seen, those of the training on all included. */
  images: z.int(),
  seconds: z.number(),
});

export const armSchema = z.looseObject({
  name: z.string(),
  /** What it was trained with at last. */
  policy: z.string(),
  /** Whether it was trained on all before. */
  pretrained: z.boolean(),
  /** The arm whose policy is the very same, and whose trainings these are. */
  sameAs: z.string().optional(),
  /** True for an augmentation alone, which `single` has asked for. */
  single: z.boolean().optional(),
  runs: z.array(armRunSchema),
  /** Each figure's mean over seeds; the first one's interval is the wider of those over seeds and images. */
  figures: z.record(z.string(), intervalSchema),
  /** Images with masks: each class's intersection over union, the mean over the seeds that have one. */
  classes: z.array(classFigureSchema).optional(),
  /** The first figure against that of the arms none and all: paired by seed and by image. */
  toNone: differenceSchema.nullable(),
  toAll: differenceSchema.nullable(),
  /** Means over seeds. */
  images: z.number(),
  seconds: z.number(),
});

/** An arm with a learned set against every other arm. */
const payoffSchema = z.looseObject({
  arm: z.string(),
  /** The first figure of this arm minus the other's, paired by seed and by image. */
  against: z.array(z.looseObject({ name: z.string(), difference: differenceSchema })),
});

/** One augmentation alone, set against its verdict. */
const singleSchema = z.looseObject({
  name: z.string(),
  /** The first figure against the arm none, paired by seed. */
  gain: differenceSchema,
  /** Recognition minus false positives, from the learn run. */
  j: z.number().nullable(),
  verdict: z.string().nullable(),
});

/** `results.json` of a `compare` run, as far as its fields go. */
const fields = z.looseObject({
  version: z.literal(1),
  command: z.literal('compare'),
  status: z.enum(['complete', 'partial']),
  task: z.string(),
  figures: z.array(figureSchema).min(1),
  seeds: z.array(z.int()),
  /** Epochs of every arm, and images of an epoch. */
  epochs: z.int(),
  imagesPerEpoch: z.int(),
  testImages: z.int(),
  /** What intervals are over. */
  intervals: z.enum(['seeds and images', 'images']),
  arms: z.array(armSchema).min(1),
  /** Does a safe set pay? Of every arm with one, the first is what the comparison's answer is about. */
  payoff: z.array(payoffSchema).optional(),
  singles: z
    .looseObject({
      rows: z.array(singleSchema),
      /** Spearman's rank correlation of gain and J; negative where what is recognised gains less. */
      correlation: z.number().nullable(),
      /** Its 95 % interval, from four augmentations on. */
      correlationInterval: intervalSchema.nullable().optional(),
    })
    .nullable(),
  /** Trainings that are not there yet, and those that failed, with the reason. */
  missing: z.array(z.string()),
  failed: z.array(z.object({ task: z.string(), reason: z.string() })),
});

/** `results.json` of a `compare` run. */
export const comparisonSchema = fields.superRefine(({ figures, arms }, context) => {
  for (const { key } of figures)
    for (const [i, arm] of arms.entries())
      for (const [path, has] of [
        [['arms', i, 'figures', key], Object.hasOwn(arm.figures, key)],
        ...arm.runs.map(
          ({ metrics }, r) =>
            [['arms', i, 'runs', r, 'metrics', key], Object.hasOwn(metrics, key)] as const,
        ),
      ] as const)
        if (!has)
          context.addIssue({ code: 'custom', path: [...path], message: 'the figure is missing' });
});

export type ArmDifference = z.infer<typeof differenceSchema>;
export type ArmRun = z.infer<typeof armRunSchema>;
export type ArmResult = z.infer<typeof armSchema>;
export type Payoff = z.infer<typeof payoffSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
