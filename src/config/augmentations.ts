import { z } from 'zod';
import { thesisNames } from '../augment/index.js';

/** The set A of the thesis (table 5.1), in its order. */
export const fifteen = thesisNames;

const specObject = z.strictObject({
  name: z.string().min(1).describe('Name of a transform.'),
  options: z
    .record(z.string(), z.json())
    .optional()
    .describe('Its options; omitted ones keep their defaults.'),
});

/** A transform by its name alone, or with options: `Blur` or `{ name: Blur, options: {...} }`. */
export const transformSpecSchema = z
  .union([
    z
      .string()
      .min(1)
      .transform((name) => ({ name })),
    specObject,
  ])
  .pipe(specObject);

export type TransformSpecConfig = z.infer<typeof specObject>;

/** At least one transform, none of them twice. */
export const augmentationsSchema = z
  .array(transformSpecSchema)
  .min(1)
  .superRefine((specs, context) => {
    const seen = new Map<string, number>();
    specs.forEach((spec, i) => {
      const first = seen.get(spec.name);
      if (first === undefined) seen.set(spec.name, i);
      else
        context.addIssue({
          code: 'custom',
          path: [i, 'name'],
          message: `${spec.name} is listed twice (also at ${first})`,
        });
    });
  });
