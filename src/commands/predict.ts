import { join } from 'node:path';
import { printable, UserError } from '../core/index.js';
import { isDirectory, listImagesBelow, skippedWarning } from '../data/index.js';
import { imageNotes, noteText, type ImageNote } from '../image/index.js';
import { openTrained } from '../run/trained.js';
import type { Prediction, DescribedPrediction } from '../tasks/index.js';
import { resolveDevice } from '../tensor/index.js';

export interface PredictOptions {
  /** Folder of a `train` run. */
  readonly run: string;
  /** Image files, and folders of them. */
  readonly images: readonly string[];
  /** Number of classes per image; default 3. */
  readonly top?: number;
  /** Folder for what is written (masks and overlays); default `predictions` in the run folder. */
  readonly out?: string;
  readonly device?: 'auto' | 'cpu' | 'cuda' | 'mps';
  /** Called for each file that cannot be decoded and is skipped; default: stop at the first. */
  onBadFile?(error: UserError): void;
  /** Called with sentences on what was left out, before the first prediction, and on how images were read, after the last. */
  onWarning?(message: string): void;
}

/**
 * Predictions of a trained network for images, by the best weights of a `train` run: classes or labels with their
 * probabilities, or masks and overlays, which it writes. Images of another size than those it was trained on are
 * resized (Lanczos-3).
 *
 * @throws UserError `RUN_*`, `CHECKPOINT_*`, `IMAGE_*`, `PREDICT_NONE`, `PREDICT_TOP`, `PREDICT_NAMES`, `OUTPUT_*`
 */
export async function* predict(options: PredictOptions): AsyncGenerator<Prediction> {
  for await (const { prediction } of predictWithText(options)) yield prediction;
}

/** The same, each with a line for people. */
export async function* predictWithText(
  options: PredictOptions,
): AsyncGenerator<DescribedPrediction<Prediction>> {
  const { run, top = 3, onBadFile, onWarning } = options;
  if (!Number.isInteger(top) || top < 1)
    throw new UserError('PREDICT_TOP', 'Invalid number of classes.', {
      where: '--top',
      expected: 'an integer >= 1',
      got: String(top),
    });
  const device = resolveDevice(options.device ?? 'auto');
  const trained = openTrained(run, device);
  try {
    const files = filesOf(options.images, onWarning);
    const out = options.out ?? join(run, 'predictions');
    const noted: Record<ImageNote, string[]> = { deep: [], 'first-frame': [] };
    const onNote = (note: ImageNote, file: string): void => void noted[note].push(file);
    const request = { network: trained, files, top, out, device, onBadFile, onNote };
    yield* trained.task.predict(request);
    for (const note of imageNotes)
      if (noted[note].length > 0)
        onWarning?.(noteText(note, noted[note].length, printable(noted[note][0])));
  } finally {
    trained.model.free();
  }
}

function filesOf(
  given: readonly string[],
  onWarning: ((message: string) => void) | undefined,
): string[] {
  const below = given.map((path) => {
    if (!isDirectory(path)) return { files: [path], skipped: [] };
    const { images, skipped } = listImagesBelow(path);
    return { files: images.map((name) => join(path, name)), skipped };
  });
  const warnings = skippedWarning(below.flatMap(({ skipped }) => skipped));
  const files = below.flatMap((part) => part.files);
  if (files.length > 0) {
    for (const warning of warnings) onWarning?.(warning);
    return files;
  }
  throw new UserError('PREDICT_NONE', 'There are no images to classify.', {
    where: given.join(', ') || 'IMAGES',
    expected: 'image files, or folders of them',
    got: warnings.join('; ') || 'none',
  });
}
