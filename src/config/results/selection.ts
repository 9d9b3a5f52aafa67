import { z } from 'zod';

const rate = z.number().min(0).max(1);
const params = z.record(z.string(), z.json());

/** A value with its confidence interval. */
export const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What judging measures of any label, augmentation or control. */
const measured = {
  name: z.string(),
  /** The options of the transform, as they stand in a policy. */
  params: params.default({}),
  /** Judging images (times draws) in which it was really applied. */
  n: z.int().min(0),
  /** Recognition rate at the calibrated cut-off, over images with it alone applied. */
  tpr: rate,
  /** False-positive rate at the same cut-off, over the same images clean. */
  fpr: rate,
  /** tpr - fpr: a lower bound on the total-variation distance between clean and augmented data. */
  j: z.number().min(-1).max(1),
  jLow: z.number().min(-1).max(1),
  jHigh: z.number().min(-1).max(1),
  auc: rate,
  aucLow: rate.optional(),
  aucHigh: rate.optional(),
  /** The thesis's figures at the fixed cut-off 0.5: recognition rate, false-positive rate. */
  thesis: z.looseObject({ tpr: rate, fpr: rate }),
  /** Accuracy with it minus accuracy without, same images (paired interval). */
  taskChange: intervalSchema,
  /** Accuracy of the task on images with it alone applied. */
  taskAccuracy: rate.optional(),
  /** Task loss with it minus task loss without, same images. */
  lossChange: intervalSchema.optional(),
};

export const verdictSchema = z.enum(['safe', 'unsafe', 'undecided']);

export const augmentationResultSchema = z.looseObject({
  ...measured,
  verdict: verdictSchema,
  /** One sentence for people. */
  reason: z.string(),
});

export const controlResultSchema = z.looseObject({
  ...measured,
  auc: measured.auc.optional(),
  thesis: measured.thesis.optional(),
  taskChange: measured.taskChange.optional(),
  /** negative: does nothing; harmless: nobody would call it unsafe; positive: must be recognised. */
  kind: z.enum(['negative', 'harmless', 'positive']),
  passed: z.boolean(),
});

export const conflictSchema = z.looseObject({
  members: z.array(z.string()).min(2),
  /** One sentence: what was measured together against what the members explain. */
  evidence: z.string(),
  /** The member left out of safeV2, where this conflict removed one. */
  removed: z.string().optional(),
});

/** `selection.json`: other programs rely on these keys; further ones may be added. */
export const selectionSchema = z.looseObject({
  version: z.literal(1),
  rule: z.enum(['equivalence', 'thesis']),
  status: z.enum(['decided', 'partial', 'undertrained']),
  delta: z.number(),
  /** One sentence: how delta came about. */
  deltaFrom: z.string(),
  alpha: z.number().optional(),
  /** Task accuracy on the judging images as they are. */
  cleanAccuracy: intervalSchema.optional(),
  /** Half-width of J's interval that this run could resolve: smaller differences stay unseen. */
  smallestDifference: z.number().optional(),
  controls: z.array(controlResultSchema),
  augmentations: z.array(augmentationResultSchema),
  conflicts: z.array(conflictSchema),
  safe: z.array(z.string()),
  safeV2: z.array(z.string()),
});

export type Interval = z.infer<typeof intervalSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type AugmentationResult = z.infer<typeof augmentationResultSchema>;
export type ControlResult = z.infer<typeof controlResultSchema>;
export type Conflict = z.infer<typeof conflictSchema>;
export type Selection = z.infer<typeof selectionSchema>;
