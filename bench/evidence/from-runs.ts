import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { widest } from '../../src/commands/compare/differences.js';
import type { Opponent } from '../../src/commands/recommend/evidence-row.js';
import { formOf } from '../../src/commands/recommend/policy-parts.js';
import { meanOverSeeds, pairedInterval, pairedMean } from '../../src/metrics/index.js';
import { policyFileSchema, type Interval } from '../../src/run/files/index.js';
import { seedSpread, type Measured } from './measured.js';

const alpha = 0.05;

/** A training in `runs.json`, as far as its fields go. */
const runSchema = z.looseObject({
  data: z.string(),
  policy: z.string(),
  epochs: z.int(),
  seed: z.int(),
  batch: z.int(),
  optimiser: z.record(z.string(), z.json()),
  labelSmoothing: z.number().optional(),
  pretrained: z.record(z.string(), z.json()).optional(),
  top1: z.number(),
  testImages: z.int(),
  /** Which test images were right: one bit an image, the first in the lowest bit of the first byte, base64. */
  perImage: z.string().optional(),
});
type Run = z.infer<typeof runSchema>;

/** What `runs.json` does not say of its data sets. */
const factsSchema = z.record(
  z.string(),
  z.strictObject({
    name: z.string(),
    images: z.int(),
    classes: z.int(),
    height: z.int(),
    width: z.int(),
    network: z.string(),
    pretrained: z.boolean(),
    note: z.string().optional(),
  }),
);

const policiesSchema = z.record(
  z.string(),
  z.looseObject({ recommended: policyFileSchema.shape.recommended.unwrap() }),
);

/** The comparisons with a recommended policy in a folder of `runs.json`, `data-sets.json` and `policies.json`. */
export function measuredInRuns(folder: string, source: string): Measured[] {
  const read = <S extends z.ZodType>(name: string, schema: S): z.output<S> =>
    schema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const runs = Object.values(read('runs.json', z.record(z.string(), runSchema)));
  const facts = read('data-sets.json', factsSchema);
  const policies = read('policies.json', policiesSchema);
  const groups = new Map<string, Run[]>();
  for (const run of runs)
    if (run.perImage !== undefined)
      groups.set(alike(run), [...(groups.get(alike(run)) ?? []), run]);
  return [...groups.values()].flatMap((group): Measured[] => {
    const own = group.filter(({ policy }) => policy === 'recommended');
    if (own.length === 0) return [];
    const [{ data, epochs, testImages }] = own;
    const { name, images, note, ...rest } = facts[data];
    const arms = [own, ...(['none', 'standard'] as const).map((name) => armOf(group, name))];
    return [
      {
        ...{ data: name, source, images, ...rest },
        ...formOf(policies[data].recommended),
        ...{ epochs, imagesSeen: images * epochs, seeds: own.length, testImages },
        measure: 'top-1',
        gains: { none: difference(own, arms[1]), standard: difference(own, arms[2]) },
        ...(note !== undefined && { note }),
        spread: seedSpread(arms.map((runs) => runs.map(rightIn))),
      },
    ];
  });
}

/** What trainings that are compared have in common. */
const alike = (run: Run): string =>
  JSON.stringify([
    run.data,
    run.epochs,
    run.batch,
    run.optimiser,
    run.labelSmoothing,
    run.pretrained,
  ]);

const armOf = (group: readonly Run[], name: Opponent): Run[] =>
  group.filter(({ policy }) => policy === name);

/** As `compare` has it: paired by seed and by image, the wider of the two intervals. Null without a seed in common. */
function difference(own: readonly Run[], base: readonly Run[]): Interval | null {
  const pairs = own.flatMap((run) => {
    const other = base.find(({ seed }) => seed === run.seed);
    return other === undefined ? [] : [[rightIn(run), rightIn(other)] as const];
  });
  if (pairs.length === 0) return null;
  const meanOf = (values: Float64Array): number =>
    values.reduce((sum, v) => sum + v, 0) / values.length;
  const values = pairs.map(([a, b]) => meanOf(a) - meanOf(b));
  const changes = pairs[0][0].map(
    (_, i) => pairs.reduce((sum, [a, b]) => sum + a[i] - b[i], 0) / pairs.length,
  );
  const overImages = pairedInterval(pairedMean(changes, 'binary'), alpha);
  const { value, low, high } = widest(meanOverSeeds(values, alpha), overImages);
  return { value, low, high };
}

/** `[images]`: 1 where the answer was right. @throws Error where they do not add up to the run's accuracy */
function rightIn({ perImage = '', testImages, top1 }: Run): Float64Array {
  const bytes = Buffer.from(perImage, 'base64');
  const right = Float64Array.from({ length: testImages }, (_, i) => (bytes[i >> 3] >> (i & 7)) & 1);
  const mean = right.reduce((sum, v) => sum + v, 0) / testImages;
  if (Math.abs(mean - top1) > 1e-4) throw new Error(`${mean} right images, but top-1 ${top1}`);
  return right;
}
