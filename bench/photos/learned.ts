import { z } from 'zod';
import {
  manifestSchema,
  readEvents,
  readRunFile,
  selectionSchema,
} from '../../src/run/files/index.js';

const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What a `learn` run on photographs found, as it is kept. */
export const learnedSchema = z.object({
  set: z.string(),
  seed: z.int(),
  command: z.string(),
  precision: z.string(),
  /** What it ran on, in words, beside what the run knows. */
  machine: z.string(),
  /** Of the whole run. */
  seconds: z.number(),
  /** Epochs of each fold. */
  epochs: z.array(z.int()),
  images: z.int(),
  judged: z.int(),
  figure: z.string(),
  /** That figure on the judging images. */
  accuracy: intervalSchema,
  balanced: z.number().optional(),
  /** Of held-out images, augmented: the share of pixels that are right. */
  pixels: z.number().optional(),
  /** The same of the judging images as they are; older runs have none. */
  cleanPixels: z.number().optional(),
  status: z.string(),
  delta: z.number(),
  augmentations: z.array(
    z.object({ name: z.string(), verdict: z.string(), grade: z.string(), j: intervalSchema }),
  ),
});
export type Learned = z.infer<typeof learnedSchema>;

/** Reads a finished `learn` run. @param machine words beside what the run knows of its machine */
export function learnedIn(run: string, set: string, machine: string): Learned {
  const selection = readRunFile(run, 'selection', selectionSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const events = readEvents(run);
  const { seconds } = events.findLast((event) => event.type === 'finished')!;
  const look = events.findLast((event) => event.type === 'look')!;
  const epochs = events.filter((event) => event.type === 'epoch');
  const folds = Array.from({ length: selection.folds ?? 1 }, (_, i) =>
    epochs.filter(({ fold = 1 }) => fold === i + 1),
  );
  const held = folds.map((own) => own.findLast(({ judging }) => judging !== null)!.judging!);
  const pixels =
    manifest.data.task === 'segmentation'
      ? held.reduce((sum, { taskAccuracy }) => sum + taskAccuracy, 0) / held.length
      : undefined;
  const round = (value: number): number => Number(value.toFixed(4));
  const { value, low, high } = selection.cleanAccuracy!;
  const { balancedAccuracy, pixelAccuracy } = selection;
  return {
    set,
    seed: manifest.seed,
    command: manifest.command.replace(/ --out \S+/, ''),
    precision: manifest.precision ?? 'float32',
    machine,
    seconds: Math.round(seconds),
    epochs: folds.map((own) => own.length),
    images: manifest.data.images,
    judged: Math.max(...look.augmentations.map(({ images }) => images)),
    figure: selection.taskFigure ?? 'accuracy',
    accuracy: { value: round(value), low: round(low), high: round(high) },
    ...(balancedAccuracy !== undefined && { balanced: round(balancedAccuracy) }),
    ...(pixels !== undefined && { pixels: round(pixels) }),
    ...(pixelAccuracy !== undefined && { cleanPixels: round(pixelAccuracy) }),
    status: selection.status,
    delta: round(selection.delta),
    augmentations: selection.augmentations.map(({ name, verdict, grade, j, jLow, jHigh }) => ({
      ...{ name, verdict, grade: grade ?? '-' },
      j: { value: round(j), low: round(jLow), high: round(jHigh) },
    })),
  };
}
