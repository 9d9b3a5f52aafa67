import { z } from 'zod';

/** Intersection over union of a class; null where no pixel is of it or was taken for it. */
export const classFigureSchema = z.looseObject({
  name: z.string(),
  iou: z.number().nullable(),
  /** `#rrggbb` in pictures. */
  colour: z.string(),
  /** Of the pixels that count, those of the class; none in files of before. */
  share: z.number().optional(),
});

/** Average precision of a label; null where no image has it. */
export const labelFigureSchema = z.looseObject({
  name: z.string(),
  averagePrecision: z.number().nullable(),
  /** Of the images, those that have it: what a random order would reach. */
  share: z.number(),
});

export type LabelFigure = z.infer<typeof labelFigureSchema>;
export type ClassFigure = z.infer<typeof classFigureSchema>;
