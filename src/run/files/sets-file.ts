import { z } from 'zod';
import { intervalSchema, selectionSchema } from './selection-file.js';

const { status, safe, safeV2 } = selectionSchema.shape;

/** `results.json` of a `learn` on two data sets or more: where the verdicts for each lie, and what they come to. */
export const setsResultSchema = z.looseObject({
  version: z.literal(1),
  command: z.literal('learn'),
  sets: z
    .array(
      z.looseObject({
        /** As in `sets/NAME`. */
        name: z.string(),
        /** The data set as given. */
        data: z.string(),
        /** Its run folder, relative to this one: what `learn` on it alone leaves, but for what can be resumed. */
        folder: z.string(),
        status,
        cleanAccuracy: intervalSchema.optional(),
        safe,
        safeV2,
      }),
    )
    .min(2),
  /** Augmentations that are safe for every one of them. */
  safe,
});

export type SetsResult = z.infer<typeof setsResultSchema>;
export type SetResult = SetsResult['sets'][number];
