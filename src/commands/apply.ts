import { createTransform, type MaskBorder, type Params } from '../augment/index.js';
import { Rng, UserError, writeAtomic } from '../core/index.js';
import { decodeImage, decodeMask, encodeMaskPng, sizeText, writePng } from '../image/index.js';

export interface ApplyFileOptions {
  readonly from: string;
  readonly to: string;
  readonly transform: string;
  /** JSON; left out, parameters are drawn from the seed. */
  readonly params?: string;
  /** JSON. */
  readonly options?: string;
  readonly seed: number;
  /** A mask to move along: from, to. */
  readonly mask?: readonly string[];
  /** Label of the mask outside the image; reflected if left out. */
  readonly maskFill?: number;
}

/**
 * Applies one transform to an image file, and to a mask beside it.
 *
 * @returns the parameters used: given again as `params` they give the same bytes
 * @throws UserError for unknown transforms, options and parameters, broken files, another mask size
 */
export async function applyFile(given: ApplyFileOptions): Promise<Params> {
  const options = parse(given.options, '--options');
  const transform = createTransform({ name: given.transform, options });
  const image = await decodeImage(given.from);
  const params =
    parse(given.params, '--params') ?? transform.sample(new Rng(given.seed, 'apply'), image);
  const result = transform.apply(image, params);
  if (given.mask === undefined) {
    await writePng(given.to, result);
    return params;
  }
  const [maskFrom, maskTo] = given.mask;
  if (maskFrom === undefined || maskTo === undefined || given.mask.length > 2)
    throw new UserError('MASK_FILES', 'A mask needs two files.', {
      where: '--mask',
      expected: 'IN OUT',
      got: given.mask.join(' '),
    });
  const mask = await decodeMask(maskFrom);
  if (mask.width !== image.width || mask.height !== image.height)
    throw new UserError('MASK_SIZE', 'Image and mask differ in size.', {
      where: maskFrom,
      expected: `${sizeText(image)} (height x width), as ${given.from}`,
      got: sizeText(mask),
    });
  const border: MaskBorder =
    given.maskFill === undefined ? { mode: 'reflect' } : { mode: 'fill', value: given.maskFill };
  const moved = transform.applyMask(mask, params, border);
  await writePng(given.to, result);
  writeAtomic(maskTo, await encodeMaskPng(moved));
  return params;
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
  throw new UserError('JSON_INVALID', 'This is not a JSON object.', {
    where,
    expected: 'such as {"x": 1, "y": 2, "width": 20, "height": 20}',
    got: text,
  });
}
