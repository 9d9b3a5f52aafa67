import { createTransform, type MaskBorder, type Params } from '../augment/index.js';
import { refuseInputs, Rng, UserError, writeAtomic } from '../core/index.js';
import {
  decodeImage,
  decodeMask,
  decodeMaskColours,
  encodeMaskPng,
  encodePng,
  hexOf,
  indexedBy,
  sizeText,
  writePng,
  type Mask,
} from '../image/index.js';
import { paintMask } from '../pictures/paint.js';
import { refuseRunFiles } from '../run/files/index.js';
import { requirePngName } from './png-name.js';

export interface ApplyFileOptions {
  readonly from: string;
  readonly to: string;
  readonly transform: string;
  /** JSON; default: drawn from the seed. */
  readonly params?: string;
  /** JSON. */
  readonly options?: string;
  readonly seed: number;
  /** A mask to transform too: from, to. */
  readonly mask?: readonly string[];
  /** Label of the mask outside the image; default: reflected. */
  readonly maskFill?: number;
}

/**
 * Applies one transform to an image file, and to its mask.
 *
 * @returns the parameters used: given again as `params` they give the same bytes
 * @throws UserError for unknown transforms, options and parameters, broken files, another mask size, and outputs that
 *   would replace an input or a file of a run
 */
export async function applyFile(given: ApplyFileOptions): Promise<Params> {
  const files = maskFiles(given.mask);
  const outputs = [given.to, ...(files ? [files.to] : [])];
  for (const path of outputs) requirePngName(path);
  refuseInputs(outputs, [given.from, ...(files ? [files.from] : [])]);
  refuseRunFiles(outputs);
  const options = parse(given.options, '--options');
  const transform = createTransform({ name: given.transform, options });
  const image = await decodeImage(given.from);
  const params =
    parse(given.params, '--params') ?? transform.sample(new Rng(given.seed, 'apply'), image);
  const result = transform.apply(image, params);
  if (files === undefined) {
    await writePng(given.to, result);
    return params;
  }
  const { mask, encode } = await readMask(files.from);
  if (mask.width !== image.width || mask.height !== image.height)
    throw new UserError('MASK_SIZE', 'Image and mask have different sizes.', {
      where: files.from,
      expected: `${sizeText(image)} (height x width), like ${given.from}`,
      got: sizeText(mask),
    });
  const border: MaskBorder =
    given.maskFill === undefined ? { mode: 'reflect' } : { mode: 'fill', value: given.maskFill };
  const moved = transform.applyMask(mask, params, border);
  await writePng(given.to, result);
  writeAtomic(files.to, await encode(moved));
  return params;
}

/** A mask, and how it is written again. */
interface ReadMask {
  readonly mask: Mask;
  encode(mask: Mask): Promise<Uint8Array>;
}

/** A mask of values, or of colours: these are written back as they were, and a label of `maskFill` that none of them has is black. */
async function readMask(path: string): Promise<ReadMask> {
  try {
    return { mask: await decodeMask(path), encode: encodeMaskPng };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'MASK_COLOURS') throw error;
    const pixels = await decodeMaskColours(path);
    const list = [...new Set(pixels.keys)].sort((a, b) => a - b);
    // No mask of classes, but a photograph.
    if (list.length > mostColours) throw error;
    const mask = indexedBy(pixels, { list, expected: '' }, path);
    const colours = list.map(hexOf);
    return { mask, encode: (moved) => encodePng(paintMask(moved, colours)) };
  }
}

const mostColours = 255;

/** The files of `--mask IN OUT`. */
function maskFiles(mask: readonly string[] | undefined): { from: string; to: string } | undefined {
  if (mask === undefined) return undefined;
  const [from, to] = mask;
  if (mask.length === 2) return { from, to };
  throw new UserError('MASK_FILES', '--mask needs two files.', {
    where: '--mask',
    expected: 'IN OUT',
    got: mask.join(' '),
  });
}

function parse(text: string | undefined, where: string): Params | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Params;
  } catch {
    // Reported below, together with JSON that is not an object.
  }
  throw new UserError('JSON_INVALID', 'Invalid JSON object.', {
    where,
    expected: 'an object such as {"x": 1, "y": 2, "width": 20, "height": 20}',
    got: text,
  });
}
