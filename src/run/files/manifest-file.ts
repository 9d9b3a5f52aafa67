import { z } from 'zod';
import { transformSpecSchema } from '../../config/augmentations.js';

/** In pixels; more cannot be held in memory. */
const side = z.int().min(1).max(65536);

/** One of each channel: grey, or red, green and blue. */
const perChannel = (value: z.ZodNumber) =>
  z.array(value).refine((all) => all.length === 1 || all.length === 3, {
    error: 'expected 1 or 3 numbers, one of each channel',
  });

/** The images of a run. */
const manifestDataSchema = z.looseObject({
  /** As given: a folder or KIND:DIR. */
  source: z.string(),
  kind: z.string(),
  /** What was learned of the images: classification, ... */
  task: z.string().optional(),
  classes: z.array(z.string()),
  images: z.int(),
  /** Images that belong together: how many groups there are; without it each image stands alone. */
  groups: z.int().optional(),
  height: side,
  width: side,
  /** How images of another aspect ratio came to this size; older runs have none: they were stretched. */
  fit: z.enum(['crop', 'pad', 'stretch']).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  /** Mean and standard deviation of each channel of values in [0, 1], as the network saw them. */
  normalisation: z
    .object({ mean: perChannel(z.number()), std: perChannel(z.number().positive()) })
    .optional(),
  /** Images with masks: the label of ignored pixels, and of each class its colour and its value in the mask files. */
  segmentation: z
    .object({
      ignored: z.int(),
      colours: z.array(z.string()),
      /** Older runs have none: their predictions hold class indices. */
      values: z.array(z.int().min(0).max(255)).optional(),
      /** The mask files show classes by their colours. */
      coloured: z.boolean().optional(),
    })
    .optional(),
  /** Hash over names and contents. */
  fingerprint: z.string(),
  /** Files left out by onBadFile skip. */
  skipped: z.array(z.string()).default([]),
});

/** `manifest.json`: what made a run, and on what. */
export const manifestSchema = z.looseObject({
  version: z.literal(1),
  /** The command line, as it can be typed again. */
  command: z.string(),
  /** The working directory that paths in the configuration start from, relative to the run folder. */
  directory: z.string().optional(),
  /** ISO 8601. */
  created: z.string(),
  /** safe-augment, node, libtorch, sharp, ... */
  versions: z.record(z.string(), z.string()),
  seed: z.int(),
  hardware: z.looseObject({
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    /** cpu, cuda or mps: what was used. */
    device: z.string(),
  }),
  /** Several processes that trained together, and the launch that began them. */
  processes: z.looseObject({ count: z.int().min(1), launch: z.string() }).optional(),
  threads: z.int(),
  workers: z.int(),
  /** What convolutions were computed in; runs from before there was a choice: float32. */
  precision: z.enum(['float32', 'bfloat16']).optional(),
  data: manifestDataSchema.extend({
    /** Of a run on two data sets or more: each of them. */
    sets: z.array(manifestDataSchema).optional(),
  }),
  /** Images in each part, by name: train, calibration, judging, test. With folds: of the first, but all that judge. */
  split: z.record(z.string(), z.int()),
  /** Images that the run it started from had seen. */
  pretrainedImages: z.int().optional(),
  /** The commands that gave a comparison more arms or seeds later. */
  grown: z.array(z.object({ command: z.string(), at: z.string() })).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestData = z.infer<typeof manifestDataSchema>;

/** What a run comes to; a resumed run keeps it. */
export const planSchema = z.looseObject({
  epochs: z.int().min(0),
  /** Held-out images are looked at after every so many epochs. */
  validateEvery: z.int().min(1),
  imagesPerSecond: z.number(),
  /** Expected for the whole run. */
  seconds: z.number(),
  reason: z.string(),
  /** Images an epoch trains on, where it is part of them. */
  imagesPerEpoch: z.int().min(1).optional(),
  /** Cross-fitted judging: so many networks are trained, each for the epochs above. Without it: one. */
  folds: z.int().min(2).optional(),
  /** Held-out images that are judged, where time is too short for all. */
  judged: z.int().min(1).optional(),
  /** With a budget: seconds that training may take from its start to its end, in all sittings, and those planned for what follows. */
  trainingSeconds: z.number().optional(),
  judgingSeconds: z.number().optional(),
});

export type Plan = z.infer<typeof planSchema>;

/** The manifest of a run that can be resumed: `learn`. */
export const startedManifestSchema = manifestSchema.extend({ plan: planSchema });

export type StartedManifest = z.infer<typeof startedManifestSchema>;

/** What every arm of a comparison gets. */
const comparisonPlanSchema = planSchema.extend({ imagesPerEpoch: z.int().min(1) });

export type ComparisonPlan = z.infer<typeof comparisonPlanSchema>;

/** The manifest of a `compare` run. */
export const comparisonManifestSchema = manifestSchema.extend({ plan: comparisonPlanSchema });

export type ComparisonManifest = z.infer<typeof comparisonManifestSchema>;

const restore = z.enum(['reflect', 'resize', 'none']);
const transforms = z.array(transformSpecSchema);
const probability = z.number().min(0).max(1);

/** A part of a policy; see `PolicyNode` of the augmentations. */
const policyNodeSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('transform'),
    name: z.string(),
    options: z.record(z.string(), z.json()),
    p: probability,
  }),
  z.looseObject({
    kind: z.literal(['compose', 'oneOf']),
    get members() {
      return z.array(policyNodeSchema);
    },
    p: probability,
  }),
  z.looseObject({
    kind: z.literal('someOf'),
    get members() {
      return z.array(policyNodeSchema);
    },
    n: z.int().min(0).max(1000),
    replace: z.boolean(),
    order: z.enum(['random', 'listed']),
    weights: z.array(z.number()).optional(),
    p: probability,
  }),
]);

/** A policy in full: see `Policy` of the augmentations. */
export const policySchema = z.looseObject({
  version: z.literal(1),
  restore,
  size: z.looseObject({ height: side, width: side }).optional(),
  root: policyNodeSchema,
});

const policyRecipeSchema = z.looseObject({
  kind: z.literal('policy'),
  policy: policySchema,
  restore,
});

/** What is done to an image, in full: see `Recipe` of the augmentations. */
const imageRecipeSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('none') }),
  z.looseObject({
    kind: z.literal('subset'),
    transforms,
    size: z.int().min(0).max(1000),
    p: probability,
    restore,
    except: z.record(z.string(), z.array(z.string())).optional(),
  }),
  policyRecipeSchema,
]);

/** The same of a training, in all its epochs or in one phase after the other. */
export const recipeSchema = z.discriminatedUnion('kind', [
  ...imageRecipeSchema.options,
  z.looseObject({
    kind: z.literal('phases'),
    phases: z.array(z.looseObject({ share: z.number(), recipe: imageRecipeSchema })).min(1),
    grows: z
      .looseObject({ recipe: policyRecipeSchema, steps: z.array(policySchema.shape.root) })
      .optional(),
    /** Of older runs. */
    long: z.looseObject({ epochs: z.int().min(1), recipe: imageRecipeSchema }).optional(),
  }),
]);

/** The manifest of a `train` run. Older ones have no recipe. */
export const trainingManifestSchema = startedManifestSchema.extend({
  recipe: recipeSchema.optional(),
});
