import { UserError } from '../../core/index.js';
import type { Image, Mask, Size } from '../../image/image.js';
import type { MaskBorder, Params, Transform } from '../transform.js';
import type { Definition } from './definition.js';
import { OptionReader } from './option-reader.js';
import { semanticsNames } from './semantics.js';

/** The transform that a definition becomes with these options. @throws UserError `TRANSFORM_OPTION`. */
export function instantiate(definition: Definition, given: Params = {}): Transform {
  const reader = new OptionReader(`${definition.name} options`, given);
  const semantics = reader.choice('semantics', semanticsNames, 'albumentations');
  const options = definition.options(reader);
  reader.done();
  if (definition.versioned && semantics !== 'albumentations') options.semantics = semantics;
  return {
    name: definition.name,
    kind: kindOf(definition),
    options,
    sample: (rng, size) => definition.sample(options, rng, size),
    magnitudes: (size) => definition.magnitudes(options, size),
    isIdentity: (params, size) => definition.isIdentity(read(definition, params, size), size),
    apply: (image, params, out) => applyImage(definition, image, params, out),
    applyMask: (mask, params, border) => applyMask(definition, mask, params, border),
  };
}

/** What moves masks is geometric. */
function kindOf({ mask }: Definition): Transform['kind'] {
  return mask === null ? 'photometric' : 'geometric';
}

/** Applies a definition to an image; the result lies in `out` where that is given. */
export function applyImage(
  definition: Definition,
  image: Image,
  given: Params,
  out?: Uint8Array,
): Image {
  requireBuffer(image, image.channels);
  const params = read(definition, given, image);
  const { width, height } = definition.outputSize(params, image);
  const data = destination(image.data, width * height * image.channels, out);
  definition.image(image, params, data);
  return { width, height, channels: image.channels, data };
}

/** Applies a definition to a mask: photometric ones copy it. */
export function applyMask(
  definition: Definition,
  mask: Mask,
  given: Params,
  border: MaskBorder = { mode: 'reflect' },
  out?: Uint8Array,
): Mask {
  requireBuffer(mask, 1);
  const params = read(definition, given, mask);
  const { width, height } = definition.outputSize(params, mask);
  const data = destination(mask.data, width * height, out);
  if (definition.mask !== null) definition.mask(mask, params, fillOf(border), data);
  else data.set(mask.data);
  return { width, height, data };
}

/** @throws UserError `IMAGE_BUFFER` where an image or mask is not what it says: kernels rely on it. */
export function requireBuffer(image: Size & { data: Uint8Array }, channels: number): void {
  const { width, height, data } = image;
  // A Buffer is a Uint8Array; another array's length is not counted in bytes.
  const bytes: boolean = data instanceof Uint8Array;
  if (
    bytes &&
    (channels === 1 || channels === 3) &&
    Number.isInteger(width) &&
    Number.isInteger(height) &&
    width > 0 &&
    height > 0 &&
    data.length === width * height * channels
  )
    return;
  throw new UserError('IMAGE_BUFFER', 'The image has the wrong number of bytes for its size.', {
    expected: `a Uint8Array of height x width x channels (1 or 3) bytes, here ${height} x ${width} x ${channels}`,
    got: bytes ? `${data.length} bytes` : `a ${Object.prototype.toString.call(data).slice(8, -1)}`,
    remedy: 'pass a view of the pixels only: row by row, no padding, channels interleaved',
  });
}

/** The label that a border shows outside, undefined for reflect-101. @throws UserError `MASK_FILL`. */
export function fillOf(border: MaskBorder): number | undefined {
  if (border.mode === 'reflect') return undefined;
  if (!Number.isInteger(border.value) || border.value < 0 || border.value > 255)
    throw new UserError('MASK_FILL', 'The fill label of a mask must be a class index.', {
      expected: 'an integer from 0 to 255',
      got: String(border.value),
    });
  return border.value;
}

/** Reads given parameters. @throws UserError `TRANSFORM_OPTION`. */
export function read(definition: Definition, given: Params, size: Size): Params {
  const reader = new OptionReader(`${definition.name} params`, given);
  const params = definition.params(reader, size);
  reader.done();
  return params;
}

/** The first `length` bytes of `out`, or new ones. @throws UserError `OUT_BUFFER` if it is too short or overlaps the input. */
export function destination(input: Uint8Array, length: number, out?: Uint8Array): Uint8Array {
  if (out === undefined) return new Uint8Array(length);
  if (out.length < length)
    throw new UserError('OUT_BUFFER', 'The output buffer is too short.', {
      expected: `at least ${length} bytes`,
      got: `${out.length} bytes`,
    });
  const overlaps =
    out.buffer === input.buffer &&
    out.byteOffset < input.byteOffset + input.byteLength &&
    input.byteOffset < out.byteOffset + length;
  if (overlaps)
    throw new UserError('OUT_BUFFER', 'The output buffer overlaps the input.', {
      remedy: 'use a separate buffer',
    });
  return out.length === length ? out : out.subarray(0, length);
}
