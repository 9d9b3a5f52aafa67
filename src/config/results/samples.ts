import { z } from 'zod';

/** A sheet of equal tiles: `rows` x `columns`, `tile` pixels each, `gap` pixels between. */
const sheet = {
  /** PNG, relative to the run folder. */
  file: z.string(),
  rows: z.int().min(1),
  columns: z.int().min(1),
  tile: z.object({ height: z.int().min(1), width: z.int().min(1) }),
  gap: z.int().min(0),
};

/**
 * `samples.json`: pictures of the user's own images, made by the run for its report.
 *
 * A strip's first row holds the images as they are, the row below the same images augmented.
 */
export const samplesSchema = z.looseObject({
  version: z.literal(1),
  augmentations: z.array(z.looseObject({ name: z.string(), ...sheet })),
  /** Random subsets of the safe set on one image each (thesis, figure 3.4): the first tile is the image. */
  subsets: z.array(z.looseObject({ members: z.array(z.string()), ...sheet })),
});

export type Samples = z.infer<typeof samplesSchema>;
