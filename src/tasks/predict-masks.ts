import { basename, extname, join } from 'node:path';
import { UserError, writeAtomic } from '../core/index.js';
import { defaultColours } from '../image/index.js';
import { overlay, paintMask } from '../pictures/paint.js';
import { encodeMaskPng, resizeImage, writePng, type Image } from '../image/index.js';
import {
  argmax,
  imageBatch,
  interpolate,
  noGrad,
  scope,
  toDtype,
  type Device,
} from '../tensor/index.js';
import { decodedOr } from './decoded-or.js';
import { percent } from './predict-images.js';
import type { LearnedNetwork, PredictionRequest, Said } from './task.js';

/** What a network says of an image's pixels, and where it has been written. */
export interface MaskPrediction {
  readonly file: string;
  /** PNG whose values are class indices, of the image's own size. */
  readonly mask: string;
  /** The image under the painted mask. */
  readonly overlay: string;
  /** Share of the pixels of each class that occurs, the largest first. */
  readonly classes: readonly { readonly name: string; readonly share: number }[];
}

/** Of the painted mask over the image: both stay visible. */
const opacity = 0.55;

/**
 * Labels the pixels of images: `OUT/NAME.png` holds class indices, `OUT/NAME.overlay.png` shows them. Images of
 * another size than those the network was trained on are resized for it, and its logits back (bilinear).
 *
 * @throws UserError `IMAGE_*`, `PREDICT_NAMES` where two images would be written to the same file
 */
export async function* predictMasks(
  request: PredictionRequest,
): AsyncGenerator<Said<MaskPrediction>> {
  const { network, files, top, out, device, onBadFile } = request;
  const { classes, manifest } = network;
  const names = namesOf(files);
  const colours = manifest.data.segmentation?.colours ?? defaultColours(classes.length);
  for (const [i, file] of files.entries()) {
    const image = await decodedOr(file, onBadFile);
    if (image instanceof UserError) throw image;
    if (image === undefined) continue;
    const { width, height } = image;
    const mask = { width, height, data: await labels(network, image, device) };
    const path = join(out, `${names[i]}.png`);
    const painted = join(out, `${names[i]}.overlay.png`);
    writeAtomic(path, await encodeMaskPng(mask));
    await writePng(painted, overlay(image, paintMask(mask, colours), opacity));
    const found = shares(mask.data, classes);
    const largest = found.slice(0, top).map((c) => `${c.name} ${percent(c.share)}`);
    yield {
      prediction: { file, mask: path, overlay: painted, classes: found },
      text: `${file}: ${path} (${largest.join(', ')})`,
    };
  }
}

/** The likeliest class of every pixel at the image's own size. */
async function labels(
  { model, size, channels, normalisation }: LearnedNetwork,
  image: Image,
  device: Device,
): Promise<Uint8Array> {
  const { data } = await resizeImage(image, size);
  return noGrad(() =>
    scope(() => {
      const shape = [1, size.height, size.width, channels] as const;
      const { task } = model.forward(imageBatch(data, shape, { ...normalisation, device }));
      const full = interpolate(task, [image.height, image.width], 'bilinear');
      return toDtype(argmax(full, 1), 'uint8').toUint8Array();
    }),
  );
}

function shares(mask: Uint8Array, names: readonly string[]): MaskPrediction['classes'] {
  const counts = new Float64Array(256);
  for (const label of mask) counts[label]++;
  return names
    .map((name, c) => ({ name, share: counts[c] / mask.length }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

/** The images' names without folder and ending, all of them different. */
function namesOf(files: readonly string[]): string[] {
  const seen = new Map<string, string>();
  return files.map((file) => {
    const name = basename(file, extname(file));
    const other = seen.get(name);
    if (other !== undefined)
      throw new UserError('PREDICT_NAMES', 'Two images have the same name.', {
        where: file,
        expected: 'names that differ: the masks are called after them',
        got: `${name}, as ${other}`,
        remedy: 'predict them into different folders with --out',
      });
    seen.set(name, file);
    return name;
  });
}
