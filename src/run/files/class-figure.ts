import { z } from 'zod';

/** Intersection over union of a class; null where no pixel is of it or was taken for it. */
export const classFigureSchema = z.looseObject({
  name: z.string(),
  iou: z.number().nullable(),
  /** `#rrggbb` in pictures. */
  colour: z.string(),
});

export type ClassFigure = z.infer<typeof classFigureSchema>;
