import { UserError } from '../core/index.js';
import { resizeImage } from '../image/index.js';
import { imageBatch, noGrad, scope, type Tensor } from '../tensor/index.js';
import { decodedOr } from './decoded-or.js';
import type { PredictionRequest } from './task.js';

/** Images a forward pass. */
const batchSize = 64;

/** What a network gives for one image. */
export interface ImageOutput {
  readonly file: string;
  /** `[classes]` */
  readonly values: Float32Array;
}

/**
 * Runs image files through a network whose task head gives a row an image. Images of another size than those it was
 * trained on are brought to it as those were (Lanczos-3).
 *
 * @param read turns the logits `[B,classes]` into what is said of the images, of the same shape
 * @throws UserError `IMAGE_*` after what came before the broken file has been said
 */
export async function* predictImages(
  request: PredictionRequest,
  read: (logits: Tensor) => Tensor,
): AsyncGenerator<ImageOutput> {
  const { files } = request;
  for (let start = 0; start < files.length; start += batchSize) {
    const some = files.slice(start, start + batchSize);
    const { good, pixels, failure } = await pixelsOf(some, request);
    const rows = outputsOf(request, pixels, good.length, read);
    for (const [i, file] of good.entries()) yield { file, values: rows[i] };
    if (failure !== undefined) throw failure;
  }
}

/** What of some files is images. */
interface Decoded {
  readonly good: readonly string[];
  /** uint8 `[n,H,W,C]` */
  readonly pixels: Uint8Array;
  /** What ends it, after what came before has been predicted. */
  readonly failure?: UserError;
}

async function pixelsOf(files: readonly string[], request: PredictionRequest): Promise<Decoded> {
  const { size, fit, channels } = request.network;
  const stride = size.height * size.width * channels;
  const pixels = new Uint8Array(files.length * stride);
  const good: string[] = [];
  const done = (failure?: UserError): Decoded => {
    return { good, pixels: pixels.subarray(0, good.length * stride), failure };
  };
  for (const file of files) {
    const image = await decodedOr(file, request);
    if (image instanceof UserError) return done(image);
    if (image === undefined) continue;
    const { data } = await resizeImage(image, { ...size, fit });
    pixels.set(data, good.length * stride);
    good.push(file);
  }
  return done();
}

function outputsOf(
  { network, device }: PredictionRequest,
  pixels: Uint8Array,
  count: number,
  read: (logits: Tensor) => Tensor,
): Float32Array[] {
  if (count === 0) return [];
  const { model, size, channels, normalisation, classes } = network;
  const values = noGrad(() =>
    scope(() => {
      const shape: [number, number, number, number] = [count, size.height, size.width, channels];
      const x = imageBatch(pixels, shape, { ...normalisation, device });
      return read(model.forward(x).task).toFloat32Array();
    }),
  );
  const n = classes.length;
  return Array.from({ length: count }, (_, i) => values.subarray(i * n, (i + 1) * n));
}

/** A name and how likely it is, 0 to 1. */
export interface Likelihood {
  readonly name: string;
  readonly probability: number;
}

/** The likeliest names, at most `top` of them. @param probabilities one a name */
export function likeliest(
  probabilities: Float32Array,
  names: readonly string[],
  top: number,
): Likelihood[] {
  return names
    .map((name, i) => ({ name, probability: probabilities[i] }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}

/** A share of 1 as people read it. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
