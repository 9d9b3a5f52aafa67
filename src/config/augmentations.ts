import { z } from 'zod';
import { thesisNames, transformNames } from '../augment/index.js';

/** The set A of the thesis (table 5.1), in its order. */
export const fifteen = thesisNames;

/** Sets of augmentations by name. */
export const augmentationSets: Readonly<Record<string, readonly string[]>> = {
  thesis: thesisNames,
  wide: transformNames,
};

/** Names of sets among the entries as their members: each takes the place of its name, those listed anyway left out. */
function expanded(given: unknown): unknown {
  const listed: unknown[] = Array.isArray(given) ? given : [given];
  const isSet = (entry: unknown): entry is string =>
    typeof entry === 'string' && Object.hasOwn(augmentationSets, entry);
  if (!listed.some(isSet)) return given;
  const own = listed.filter((entry) => !isSet(entry));
  const seen = new Set(own.map((entry) => (typeof entry === 'string' ? entry : nameIn(entry))));
  return listed.flatMap((entry) => {
    if (!isSet(entry)) return [entry];
    const members = augmentationSets[entry].filter((name) => !seen.has(name));
    for (const name of members) seen.add(name);
    return members;
  });
}

function nameIn(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
}

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

const specsSchema = z
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

/** At least one transform, none of them twice; `thesis` and `wide` are sets, alone or among others. */
const augmentationsSchema = z.preprocess(expanded, specsSchema);

/** The augmentations. */
export const augmentationFields = {
  augmentations: augmentationsSchema
    .default(() => fifteen.map((name) => ({ name })))
    .describe(
      'The augmentations to judge; default: the fifteen of the thesis (table 5.1), whose name is thesis. wide: all that docs/augment.md lists.',
    ),
};
