import { join } from 'node:path';
import { UserError } from '../core/index.js';
import { isDirectory, listImagesBelow } from '../data/index.js';
import { resizeImage } from '../image/index.js';
import { imageBatch, noGrad, resolveDevice, scope, softmax } from '../tensor/index.js';
import { decodedOr } from './decoded-or.js';
import { predictMasks, type MaskPrediction } from './predict-masks.js';
import { openTrained, type Trained } from '../run/trained.js';

export interface PredictOptions {
  /** Run folder of a `train`. */
  readonly run: string;
  /** Image files, and folders of them. */
  readonly images: readonly string[];
  /** Classes named for each image; default 3. */
  readonly top?: number;
  /** Segmentation: folder for masks and overlays; default `predictions` in the run folder. */
  readonly out?: string;
  readonly device?: 'auto' | 'cpu' | 'cuda' | 'mps';
  /** Called for each file that cannot be decoded, which is then left out; default: the first ends it. */
  onBadFile?(error: UserError): void;
}

/** What a network says of an image. */
export interface Prediction {
  readonly file: string;
  /** The likeliest first. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[];
}

/** Images a forward pass. */
const batchSize = 64;

/**
 * Classes and probabilities of images, by the best weights of a `train` run. Images of another size than
 * those it was trained on are resized (Lanczos-3). A network for segmentation writes masks and overlays instead.
 *
 * @throws UserError `RUN_*`, `CHECKPOINT_*`, `IMAGE_*`, `PREDICT_NONE`, `PREDICT_TOP`, `PREDICT_NAMES`
 */
export async function* predict(
  options: PredictOptions,
): AsyncGenerator<Prediction | MaskPrediction> {
  const { run, top = 3, onBadFile } = options;
  if (!Number.isInteger(top) || top < 1)
    throw new UserError('PREDICT_TOP', 'The number of classes does not fit.', {
      where: '--top',
      expected: 'an integer from 1',
      got: String(top),
    });
  const device = resolveDevice(options.device ?? 'auto');
  const trained = openTrained(run, device);
  try {
    const files = filesOf(options.images);
    if (trained.task === 'segmentation') {
      const out = options.out ?? join(run, 'predictions');
      yield* predictMasks({ trained, files, out, device, onBadFile });
      return;
    }
    for (let start = 0; start < files.length; start += batchSize) {
      const some = files.slice(start, start + batchSize);
      const { good, pixels, failure } = await pixelsOf(some, trained, onBadFile);
      const probabilities = classify(trained, pixels, good.length, device);
      for (const [i, file] of good.entries())
        yield { file, classes: likeliest(probabilities[i], trained.classes, top) };
      if (failure !== undefined) throw failure;
    }
  } finally {
    trained.model.free();
  }
}

function filesOf(given: readonly string[]): string[] {
  const files = given.flatMap((path) =>
    isDirectory(path) ? listImagesBelow(path).images.map((name) => join(path, name)) : [path],
  );
  if (files.length > 0) return files;
  throw new UserError('PREDICT_NONE', 'There are no images to classify.', {
    where: given.join(', ') || 'IMAGES',
    expected: 'image files, or folders of them',
    got: 'none',
  });
}

/** What of some files is images. */
interface Decoded {
  readonly good: readonly string[];
  /** uint8 `[n,H,W,C]` */
  readonly pixels: Uint8Array;
  /** What ends it, after what came before has been predicted. */
  readonly failure?: UserError;
}

async function pixelsOf(
  files: readonly string[],
  { size, channels }: Trained,
  onBadFile: PredictOptions['onBadFile'],
): Promise<Decoded> {
  const stride = size.height * size.width * channels;
  const pixels = new Uint8Array(files.length * stride);
  const good: string[] = [];
  const done = (failure?: UserError): Decoded => {
    return { good, pixels: pixels.subarray(0, good.length * stride), failure };
  };
  for (const file of files) {
    const image = await decodedOr(file, onBadFile);
    if (image instanceof UserError) return done(image);
    if (image === undefined) continue;
    const same = image.width === size.width && image.height === size.height;
    const { data } = same ? image : await resizeImage(image, size);
    pixels.set(data, good.length * stride);
    good.push(file);
  }
  return done();
}

function classify(
  { model, size, channels, normalisation, classes }: Trained,
  pixels: Uint8Array,
  count: number,
  device: ReturnType<typeof resolveDevice>,
): Float32Array[] {
  if (count === 0) return [];
  const values = noGrad(() =>
    scope(() => {
      const shape: [number, number, number, number] = [count, size.height, size.width, channels];
      const x = imageBatch(pixels, shape, { ...normalisation, device });
      return softmax(model.forward(x).task, 1).toFloat32Array();
    }),
  );
  const n = classes.length;
  return Array.from({ length: count }, (_, i) => values.subarray(i * n, (i + 1) * n));
}

function likeliest(
  probabilities: Float32Array,
  names: readonly string[],
  top: number,
): Prediction['classes'] {
  return names
    .map((name, i) => ({ name, probability: probabilities[i] }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}
