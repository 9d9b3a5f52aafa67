import { z } from 'zod';

/** A sheet of equal tiles: `rows` x `columns`, `tile` pixels each, `gap` pixels between. */
export const sheetFields = {
  /** PNG, relative to the run folder. */
  file: z.string(),
  rows: z.int().min(1),
  columns: z.int().min(1),
  tile: z.object({ height: z.int().min(1), width: z.int().min(1) }),
  gap: z.int().min(0),
};

const named = z.array(z.looseObject({ name: z.string(), ...sheetFields }));

/**
 * `samples.json`: pictures of the user's own images, made by the run for its report.
 *
 * A sheet's first row holds the images as they are, the row below the same images augmented.
 */
export const samplesSchema = z.looseObject({
  version: z.literal(1),
  augmentations: named,
  controls: named.default([]),
  /** Segmentation: judging images, their masks and the predictions, one row each. */
  panels: z.looseObject(sheetFields).optional(),
  /** Random subsets of the safe set, each member applied with probability 0.5 (thesis, figure 3.4). */
  subsets: z.array(z.looseObject({ members: z.array(z.string()), ...sheetFields })),
});

/** A picture of equal tiles. */
export type Sheet = z.infer<z.ZodObject<typeof sheetFields>>;
export type Samples = z.infer<typeof samplesSchema>;
