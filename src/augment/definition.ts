import { UserError, type Rng } from '../core/index.js';
import type { Image, Mask, Size } from '../image/types.js';
import { Reader } from './reader.js';
import type { MaskBorder, Params, Transform } from './types.js';

/**
 * What one transform is: pure functions on plain JSON and typed arrays, without state.
 *
 * O are its options, P its drawn parameters. Parameters hold all that `image` and `mask` need, so an
 * application can be repeated from its name and parameters alone.
 */
export interface Definition<O extends Params = Params, P extends Params = Params> {
  readonly name: string;
  readonly kind: 'geometric' | 'photometric';
  /** True where `semantics` chooses between Albumentations releases. */
  readonly versioned?: boolean;
  /** Reads the options with their defaults. */
  options(reader: Reader): O;
  /** Draws parameters for an image of this size. */
  sample(options: O, rng: Rng, size: Size): P;
  /** Reads parameters, checked against the size of the image that they are for. */
  params(reader: Reader, size: Size): P;
  /** Size of the result; the input's where it is not given. */
  outputSize?(params: P, size: Size): Size;
  isIdentity(params: P, size: Size): boolean;
  /** Writes the result to `dst`, which has just its length and does not overlap the input. */
  image(image: Image, params: P, dst: Uint8Array): void;
  /**
   * The table by which every value is replaced, where the result depends on nothing else; undefined where
   * these parameters make it depend on the image. Successive ones become one pass.
   */
  lut?(params: P): Uint8Array | undefined;
  /** Only geometric ones have it. `fill` is the label outside, undefined for reflect-101. */
  mask?(mask: Mask, params: P, fill: number | undefined, dst: Uint8Array): void;
}

/** Albumentations releases whose semantics a transform can follow. */
export type Semantics = 'albumentations' | 'albumentations-0.1.1';
export const semanticsNames = ['albumentations', 'albumentations-0.1.1'] as const;

/** True for options or parameters that ask for the release which the thesis used. */
export function isOld(params: Params): boolean {
  return params.semantics === 'albumentations-0.1.1';
}

/** Registers a typed definition among others: its parameters only ever come from its own reader. */
export function define<O extends Params, P extends Params>(
  definition: Definition<O, P>,
): Definition {
  return definition as unknown as Definition;
}

/** The transform that a definition becomes with these options. @throws UserError `TRANSFORM_OPTION`. */
export function instantiate(definition: Definition, given: Params = {}): Transform {
  const reader = new Reader(`${definition.name} options`, given);
  const semantics = reader.choice('semantics', semanticsNames, 'albumentations');
  const options = definition.options(reader);
  reader.done();
  if (definition.versioned && semantics !== 'albumentations') options.semantics = semantics;
  return {
    name: definition.name,
    kind: definition.kind,
    options,
    sample: (rng, size) => definition.sample(options, rng, size),
    isIdentity: (params, size) => definition.isIdentity(read(definition, params, size), size),
    apply: (image, params, out) => applyImage(definition, image, params, out),
    applyMask: (mask, params, border) => applyMask(definition, mask, params, border),
  };
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
  const { width, height } = sizeAfter(definition, params, image);
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
  const { width, height } = sizeAfter(definition, params, mask);
  const data = destination(mask.data, width * height, out);
  if (definition.mask) definition.mask(mask, params, fillOf(border), data);
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
  throw new UserError('IMAGE_BUFFER', 'The bytes of an image do not fit its size.', {
    expected: `a Uint8Array of width x height x channels (1 or 3) bytes, here ${width} x ${height} x ${channels}`,
    got: bytes ? `${data.length} bytes` : `a ${Object.prototype.toString.call(data).slice(8, -1)}`,
    remedy: 'give a view of the pixels alone, row by row without padding, channels interleaved',
  });
}

/** The label that a border shows outside, undefined for reflect-101. @throws UserError `MASK_FILL`. */
export function fillOf(border: MaskBorder): number | undefined {
  if (border.mode === 'reflect') return undefined;
  if (!Number.isInteger(border.value) || border.value < 0 || border.value > 255)
    throw new UserError('MASK_FILL', 'The label outside a mask must be a class index.', {
      expected: 'an integer from 0 to 255',
      got: String(border.value),
    });
  return border.value;
}

/** Size of the result of a definition with checked parameters. */
export function sizeAfter(definition: Definition, params: Params, size: Size): Size {
  return definition.outputSize?.(params, size) ?? { width: size.width, height: size.height };
}

/** Reads given parameters. @throws UserError `TRANSFORM_OPTION`. */
export function read(definition: Definition, given: Params, size: Size): Params {
  const reader = new Reader(`${definition.name} params`, given);
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
      remedy: 'give a buffer of its own',
    });
  return out.length === length ? out : out.subarray(0, length);
}
