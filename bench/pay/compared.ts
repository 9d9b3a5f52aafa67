import { basename, join } from 'node:path';
import { z } from 'zod';
import { difference } from '../../src/commands/compare/differences.js';
import { readCompareConfig } from '../../src/config/index.js';
import { curvesOfArms } from '../../src/report/comparison/curves-of-arms.js';
import {
  comparisonManifestSchema,
  comparisonSchema,
  readRunFile,
  runFiles,
  trainingResultSchema,
} from '../../src/run/files/index.js';

const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const comparedSchema = z.object({
  name: z.string(),
  network: z.string(),
  classes: z.int(),
  /** Images trained on. */
  images: z.int(),
  testImages: z.int(),
  epochs: z.int(),
  seeds: z.array(z.int()),
  device: z.string(),
  precision: z.string(),
  /** What the figures are, in [0, 1]. */
  measure: z.string(),
  secondMeasure: z.string().optional(),
  arms: z.array(
    z.object({
      name: z.string(),
      bySeed: z.array(z.number()),
      mean: z.number(),
      /** The mean of a second figure that is a share, such as balanced accuracy. */
      second: z.number().optional(),
      /** This arm minus recommended, paired; null of recommended itself. */
      against: intervalSchema.nullable(),
      /** Accuracy on held-out images by epoch, mean over seeds. */
      curve: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
});
export type Compared = z.infer<typeof comparedSchema>;

/**
 * What a comparison says, arm by arm; also of one that has not ended, by its trainings so far.
 *
 * @param names of arms that are policy files, by the file's name
 */
export function comparedIn(
  run: string,
  name: string,
  names: ReadonlyMap<string, string> = new Map(),
): Compared {
  const comparison = readRunFile(run, 'results', comparisonSchema);
  const manifest = readRunFile(run, 'manifest', comparisonManifestSchema);
  const config = readCompareConfig(join(run, runFiles.config));
  const [{ key, label }] = comparison.figures;
  const second = comparison.figures.find((figure) => figure.key === 'balanced');
  const curves = new Map(curvesOfArms(run, comparison).map((c) => [c.name, c.points]));
  const trainings = comparison.arms.map((arm) =>
    arm.runs.map(({ seed, folder }) => ({
      task: { seed, config: { out: join(run, folder) } },
      result: readRunFile(join(run, folder), 'results', trainingResultSchema),
    })),
  );
  const own = trainings[comparison.arms.findIndex((arm) => arm.name === 'recommended')] ?? [];
  const round = (value: number): number => Number(value.toFixed(5));
  return {
    name,
    network: config.model.name,
    classes: manifest.data.classes.length,
    images: manifest.split.train,
    testImages: comparison.testImages,
    epochs: comparison.epochs,
    seeds: [...comparison.seeds],
    device: manifest.hardware.device,
    precision: config.precision,
    measure: label,
    ...(second && { secondMeasure: second.label }),
    arms: comparison.arms
      .map((arm, i) => {
        const found =
          arm.name === 'recommended' || own.length === 0
            ? null
            : difference(trainings[i], own, trainings[i][0].result);
        return {
          name: names.get(basename(arm.name)) ?? arm.name,
          ...(second && { second: round(arm.figures[second.key].value) }),
          bySeed: arm.runs.map(({ metrics }) => round(metrics[key])),
          mean: round(arm.figures[key].value),
          against: found && {
            value: round(found.value),
            low: round(found.low),
            high: round(found.high),
          },
          curve: (curves.get(arm.name) ?? []).map(([epoch, value]): [number, number] => [
            epoch,
            round(value),
          ]),
        };
      })
      .sort((a, b) => b.mean - a.mean),
  };
}
