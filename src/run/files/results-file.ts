import { z } from 'zod';
import { classFigureSchema, labelFigureSchema } from './class-figure.js';
import { sheetFields } from './samples-file.js';
import { intervalSchema } from './selection-file.js';

/** A figure that tests give, as tables and charts show it. */
export const figureSchema = z.looseObject({
  /** Its name among `metrics`. */
  key: z.string(),
  label: z.string(),
  better: z.enum(['higher', 'lower']),
  /** True for shares of 1, which are shown as percentages. */
  share: z.boolean(),
});

const evaluationSchema = z.looseObject({
  images: z.int(),
  metrics: z.record(z.string(), z.number()),
});

/** What held-out images said after an epoch. */
const lookSchema = z.object({
  epoch: z.int(),
  loss: z.number().nullable(),
  /** The task's own: accuracy, mean IoU or mean average precision; null where it was no number. */
  figure: z.number().nullish(),
});

/** `results.json` of a `train` run, as far as its fields go. */
const fields = z.looseObject({
  version: z.literal(1),
  command: z.literal('train'),
  /** classification, segmentation or multi-label. */
  task: z.string(),
  /** As given: a name or a file. */
  policy: z.string(),
  /** The figures of this task; the first is the one that trainings are compared by. */
  figures: z.array(figureSchema).min(1),
  /** Images that no decision was taken on. */
  test: evaluationSchema.extend({
    /** The first figure with its 95 % interval over images. */
    first: intervalSchema,
    /** The first figure of every test image, or the share of its answers that are right: base64 of uint8, in 1/255. */
    perImage: z.string(),
    /** Where images belong together, the group of every test image, equal numbers for one group: base64 of int32. */
    groups: z.string().optional(),
    classes: z.array(classFigureSchema).optional(),
    /** Segmentation: what every test image adds to the classes' intersections and unions: base64 of uint32. */
    regions: z.object({ intersections: z.string(), unions: z.string() }).optional(),
    /** Multi-label classification: average precision of each label. */
    labels: z.array(labelFigureSchema).optional(),
    /** Multi-label classification: every test image's part in the first figure: base64 of float32. */
    parts: z.string().optional(),
  }),
  /** Segmentation: test images, their masks and the predictions, one row each. */
  panels: z.object(sheetFields).optional(),
  /** Held-out images, by the weights that were tested. */
  heldOut: evaluationSchema,
  /** Whose weights were tested; older runs tested those with the lowest held-out loss. */
  keptEpoch: z.enum(['last', 'best']).optional(),
  /** The epoch (from 0) with the best figure on held-out images, and the last one that was looked at. */
  best: lookSchema.nullable(),
  last: lookSchema.nullish(),
  /** Epochs trained, and images seen in them; `pretrainedImages` by the run it started from. */
  epochs: z.int(),
  images: z.int(),
  pretrainedImages: z.int().default(0),
  /** Of training, validation left out. */
  seconds: z.number(),
});

/** `results.json` of a `train` run. */
export const trainingResultSchema = fields.superRefine(({ figures, test, heldOut }, context) => {
  for (const { key } of figures)
    for (const [part, { metrics }] of Object.entries({ test, heldOut }))
      if (!Object.hasOwn(metrics, key))
        context.addIssue({
          code: 'custom',
          path: [part, 'metrics', key],
          message: 'the figure is missing',
        });
});

export type Figure = z.infer<typeof figureSchema>;
export type TrainingResult = z.infer<typeof trainingResultSchema>;
