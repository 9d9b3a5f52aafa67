import sharp from 'sharp';
import { InternalError } from '../../core/index.js';
import { enlarged } from './enlarge.js';
import { Gate } from '../gate.js';
import { sizeText } from '../size-text.js';
import type { Image, Mask, Size } from '../image.js';

/** Bytes of resized images that are being made at any time: small files may become large images. */
const gate = new Gate(2 ** 29);

/**
 * How an image comes to a size of another aspect ratio. `crop`: scaled until it covers the size, its centre taken; `pad`:
 * scaled until it fits in, the rest filled by reflection; `stretch`: each side scaled by itself.
 */
export type Fit = 'crop' | 'pad' | 'stretch';

/** A size, and how an image comes to it. */
export interface FittedSize extends Size {
  /** Default `stretch`. */
  readonly fit?: Fit;
  /** Whether JPEG files of many times this size may be decoded at a half or a quarter of theirs (`loadImage`). Default false. */
  readonly reduced?: boolean;
  /** As earlier versions did: enlarged images are moved by half a pixel, and what `pad` fills may be a pixel wider on one side. Default false. */
  readonly earlier?: boolean;
}

/**
 * Resizes an image to exactly `size`: Lanczos-3, anti-aliased when it gets smaller. A mirrored image gives the mirrored result, but
 * for rounding where a side gets smaller, and half a pixel where `crop` leaves out an odd number. For preparing data; the
 * augmentations have their own, exactly specified resize.
 *
 * @returns the same image if it already has that size
 */
export async function resizeImage(image: Image, size: FittedSize): Promise<Image> {
  const { window, inner } = placesOf(image, size);
  const scaled = await stretched(cutOut(image, window, image.channels), inner, size.earlier);
  const { width, height, channels } = scaled;
  if (width === size.width && height === size.height) return scaled;
  return { width: size.width, height: size.height, channels, data: padded(scaled, size, channels) };
}

/** What is taken of an image, in its pixels, and the size that it gets before it is padded. */
interface Places {
  readonly window: Size;
  readonly inner: Size;
}

/** The centred window that is taken of an image, and what size it is scaled to. Image and mask of one size have the same. */
function placesOf(
  image: Size,
  { width, height, fit = 'stretch', earlier = false }: FittedSize,
): Places {
  const scales = [width / image.width, height / image.height];
  if (fit === 'crop') {
    const scale = Math.max(...scales);
    const window = {
      width: Math.max(1, Math.min(image.width, Math.round(width / scale))),
      height: Math.max(1, Math.min(image.height, Math.round(height / scale))),
    };
    return { window, inner: { width, height } };
  }
  const window = { width: image.width, height: image.height };
  if (fit === 'stretch') return { window, inner: { width, height } };
  const inner = scaledSize(image, { width, height, fit });
  // As much is filled on one side as on the other.
  const centred = (side: number, whole: number): number =>
    earlier || (whole - side) % 2 === 0 ? side : side + 1;
  return {
    window,
    inner: { width: centred(inner.width, width), height: centred(inner.height, height) },
  };
}

/** The size of a whole image at the scale that `fit` gives it, before anything is cut off or filled up. */
export function scaledSize(image: Size, { width, height, fit = 'stretch' }: FittedSize): Size {
  if (fit === 'stretch') return { width, height };
  const scales = [width / image.width, height / image.height];
  const scale = fit === 'crop' ? Math.max(...scales) : Math.min(...scales);
  return {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  };
}

type Pixels = Pick<Image, 'width' | 'height' | 'data'>;

/** The middle of an image; the image itself where that is all of it. */
function cutOut<T extends Pixels>(image: T, window: Size, channels: number): T {
  const { width, height } = window;
  if (width === image.width && height === image.height) return image;
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { ...image, width, height, data };
}

/** The pixels of `size` with an image in the middle, reflected at its border as often as it takes. */
export function padded(image: Pixels, size: Size, channels: number): Uint8Array {
  if (image.width === size.width && image.height === size.height) return image.data;
  const columns = reflected(image.width, size.width);
  const data = new Uint8Array(size.width * size.height * channels);
  reflected(image.height, size.height).forEach((row, y) => {
    for (let x = 0; x < size.width; x++)
      for (let c = 0; c < channels; c++)
        data[(y * size.width + x) * channels + c] =
          image.data[(row * image.width + columns[x]) * channels + c];
  });
  return data;
}

/** The index inside `length`, centred, for each of `target`; reflection repeats no border pixel, as in the crops. */
function reflected(length: number, target: number): Int32Array {
  const before = Math.floor((target - length) / 2);
  const period = Math.max(1, 2 * (length - 1));
  return Int32Array.from({ length: target }, (_, i) => {
    const at = (((i - before) % period) + period) % period;
    return at < length ? at : period - at;
  });
}

/** An image with each side scaled by itself. */
async function stretched(image: Image, size: Size, earlier = false): Promise<Image> {
  if (earlier) return scaledByVips(image, size);
  // What libvips enlarges is moved by half a pixel.
  const shrunk = await scaledByVips(image, {
    width: Math.min(image.width, size.width),
    height: Math.min(image.height, size.height),
  });
  return shrunk.width === size.width && shrunk.height === size.height
    ? shrunk
    : enlarged(shrunk, size);
}

async function scaledByVips(image: Image, size: Size): Promise<Image> {
  const { width, height, channels, data } = image;
  if (width === size.width && height === size.height) return image;
  if (data.length !== width * height * channels)
    throw new InternalError(
      `resizeImage: ${data.length} bytes for an image of ${sizeText(image)} and ${channels} channels`,
    );
  // Its size was bounded when it was decoded.
  const raw = { width, height, channels };
  const pipeline = sharp(data, { raw, limitInputPixels: false }).resize({
    width: size.width,
    height: size.height,
    fit: 'fill',
    kernel: 'lanczos3',
  });
  if (channels === 1) pipeline.toColourspace('b-w');
  const resized = await gate.pass(size.width * size.height * channels, () =>
    pipeline.raw().toBuffer({ resolveWithObject: true }),
  );
  if (resized.info.channels !== channels)
    throw new InternalError(`resizeImage: ${resized.info.channels} channels from ${channels}`);
  return { width: size.width, height: size.height, channels, data: resized.data };
}

/**
 * Resizes a mask to exactly `size`: each pixel takes the label at its centre, so that labels stay where
 * `resizeImage` puts the pixels; where it reflects the image, the mask is reflected too.
 *
 * @returns the same mask if it already has that size
 */
export function resizeMask(mask: Mask, size: FittedSize): Mask {
  const { window, inner } = placesOf(mask, size);
  const scaled = stretchedMask(cutOut(mask, window, 1), inner);
  const { width, height } = size;
  if (scaled.width === width && scaled.height === height) return scaled;
  return { width, height, data: padded(scaled, size, 1) };
}

function stretchedMask(mask: Mask, size: Size): Mask {
  const { width, height } = size;
  if (mask.width === width && mask.height === height) return mask;
  const data = new Uint8Array(width * height);
  const columns = centres(mask.width, width);
  centres(mask.height, height).forEach((row, y) => {
    for (let x = 0; x < width; x++) data[y * width + x] = mask.data[row * mask.width + columns[x]];
  });
  return { width, height, data };
}

/** The source index under the centre of each target index. */
function centres(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, i) => Math.floor(((i + 0.5) * from) / to));
}
