import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { readRegularFile, refuseInputs, UserError, writeAtomic } from '../core/index.js';
import { refuseRunFiles } from '../run/files/index.js';
import { defaultColours } from '../image/index.js';
import { overlay, paintMask } from '../pictures/paint.js';
import {
  encodeMaskPng,
  encodePng,
  resizeImage,
  scaledSize,
  writePng,
  type FittedSize,
  type Image,
  type Size,
} from '../image/index.js';
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
import type { LearnedNetwork, PredictionRequest, DescribedPrediction } from './task.js';

/** The predicted classes of an image's pixels, and the files they were written to. */
export interface MaskPrediction {
  readonly file: string;
  /**
   * PNG of the image's own size; its values are those of the mask files that the network was trained on, or its colours,
   * where those show classes by colours.
   */
  readonly mask: string;
  /** The image under the painted mask. */
  readonly overlay: string;
  /** Share of the pixels of each class that occurs, the largest first, and its value in the mask. */
  readonly classes: readonly {
    readonly name: string;
    readonly value: number;
    readonly share: number;
  }[];
  /** CSV of all classes: value, name, colour. */
  readonly table: string;
  /** The same values, by the names of the classes. */
  readonly values: Readonly<Record<string, number>>;
}

/** Of the painted mask over the image: both stay visible. */
const opacity = 0.55;

const tableFile = 'classes.csv';
const tableHeader = 'value,name,colour';

/** Pixels of an image in the network, in those of the training images. */
const mostEnlarged = 16;

/** A class as predictions show it. */
interface MaskClass {
  readonly name: string;
  /** In mask files. */
  readonly value: number;
  /** `#rrggbb` */
  readonly colour: string;
}

/**
 * Labels the pixels of images: `OUT/NAME.png` has the values or the colours of the training masks (class indices for runs
 * that do not know them), `OUT/classes.csv` names these, `OUT/NAME.overlay.png` shows them. Images of another size than those the
 * network was trained on are scaled for it as those were, and its logits back (bilinear).
 *
 * @throws UserError `IMAGE_*`; `PREDICT_NAMES` where two images would be written to the same file; `OUTPUT_IS_INPUT`,
 *   `OUTPUT_IN_RUN`, `OUTPUT_TAKEN` where another file would be replaced
 */
export async function* predictMasks(
  request: PredictionRequest,
): AsyncGenerator<DescribedPrediction<MaskPrediction>> {
  const { network, files, top, out, device } = request;
  const classes = classesOf(network);
  const coloured = network.manifest.data.segmentation?.coloured ?? false;
  const colours = classes.map(({ colour }) => colour);
  const values = Object.fromEntries(classes.map(({ name, value }) => [name, value]));
  const table = join(out, tableFile);
  const places = namesOf(files).map((name) => ({
    mask: join(out, `${name}.png`),
    painted: join(out, `${name}.overlay.png`),
  }));
  requireFree(table, places, files);
  let written = false;
  for (const [i, file] of files.entries()) {
    const image = await decodedOr(file, request);
    if (image instanceof UserError) throw image;
    if (image === undefined) continue;
    const { width, height } = image;
    const mask = { width, height, data: await labels(network, image, device) };
    const { mask: path, painted } = places[i];
    // First, so that a folder of predictions is known by it.
    if (!written) writeAtomic(table, csvOf(classes));
    written = true;
    const inColours = paintMask(mask, colours);
    const inValues = { ...mask, data: mask.data.map((label) => classes[label].value) };
    const inFile = coloured ? encodePng(inColours) : encodeMaskPng(inValues);
    writeAtomic(path, await inFile);
    await writePng(painted, overlay(image, inColours, opacity));
    const found = shares(mask.data, classes);
    const largest = found.slice(0, top).map((c) => `${c.name} ${percent(c.share)}`);
    yield {
      prediction: { file, mask: path, overlay: painted, classes: found, table, values },
      text: `${file}: ${path} (${largest.join(', ')})`,
    };
  }
}

/** The classes with their values and colours, as the manifest has them. @throws UserError `RUN_DAMAGED` */
function classesOf({ classes, manifest }: LearnedNetwork): MaskClass[] {
  const { values = classes.map((_, index) => index), colours = defaultColours(classes.length) } =
    manifest.data.segmentation ?? {};
  if (values.length !== classes.length || new Set(values).size !== values.length)
    throw new UserError('RUN_DAMAGED', 'The manifest of the run does not match its classes.', {
      where: 'manifest.json, data.segmentation.values',
      expected: `${classes.length} different values`,
      got: JSON.stringify(values).slice(0, 200),
      remedy: 'restore it from a copy, or train again',
    });
  const fallback = defaultColours(classes.length);
  return classes.map((name, i) => ({ name, value: values[i], colour: colours[i] ?? fallback[i] }));
}

function csvOf(classes: readonly MaskClass[]): string {
  const rows = classes.map(({ value, name, colour }) => `${value},${quoted(name)},${colour}`);
  return `${[tableHeader, ...rows].join('\n')}\n`;
}

/** A field of a CSV file (RFC 4180). */
function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/**
 * Only the files of earlier predictions are replaced: neither images nor the masks of a data set, whose names are often
 * the same.
 */
function requireFree(
  table: string,
  places: readonly { readonly mask: string; readonly painted: string }[],
  files: readonly string[],
): void {
  const outputs = [table, ...places.flatMap(({ mask, painted }) => [mask, painted])];
  refuseInputs(outputs, files);
  refuseRunFiles(outputs);
  if (isTable(table)) return;
  const taken = outputs.find((path) => existsSync(path));
  if (taken === undefined) return;
  throw new UserError('OUTPUT_TAKEN', 'The prediction would replace a file.', {
    where: taken,
    expected: `a new file, or a folder of predictions (with ${tableFile})`,
    remedy: 'choose another folder with --out, or remove the file first',
  });
}

/** Whether this is the table of earlier predictions. */
function isTable(path: string): boolean {
  try {
    return readRegularFile(path).toString().startsWith(`${tableHeader}\n`);
  } catch {
    return false;
  }
}

/** The whole image at the scale of the training images; very long ones get smaller. */
function inputFor(image: Size, size: FittedSize, smallest: number): Size {
  const scaled = scaledSize(image, size);
  const most = mostEnlarged * size.height * size.width;
  const shrunk = Math.min(1, Math.sqrt(most / (scaled.height * scaled.width)));
  const side = (length: number): number => Math.max(smallest, Math.round(length * shrunk));
  return { height: side(scaled.height), width: side(scaled.width) };
}

/** The likeliest class of every pixel at the image's own size. */
async function labels(
  { model, size, fit, channels, normalisation }: LearnedNetwork,
  image: Image,
  device: Device,
): Promise<Uint8Array> {
  // Nothing is cut off or filled up: the network takes any size, and every pixel gets a class.
  const { height, width } = inputFor(image, { ...size, fit }, model.smallest);
  const { data } = await resizeImage(image, { height, width });
  return noGrad(() =>
    scope(() => {
      const shape = [1, height, width, channels] as const;
      const { task } = model.forward(imageBatch(data, shape, { ...normalisation, device }));
      const full = interpolate(task, [image.height, image.width], 'bilinear');
      return toDtype(argmax(full, 1), 'uint8').toUint8Array();
    }),
  );
}

function shares(mask: Uint8Array, classes: readonly MaskClass[]): MaskPrediction['classes'] {
  const counts = new Float64Array(256);
  for (const label of mask) counts[label]++;
  return classes
    .map(({ name, value }, c) => ({ name, value, share: counts[c] / mask.length }))
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
        expected: 'different names, because the masks are named after them',
        got: `${name}, like ${other}`,
        remedy: 'predict them separately, with different --out folders',
      });
    seen.set(name, file);
    return name;
  });
}
