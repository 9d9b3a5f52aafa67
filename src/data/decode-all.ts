import { totalmem } from 'node:os';
import { Interrupted, UserError } from '../core/index.js';
import { resizeImage, resizeMask, sizeText } from '../image/index.js';
import type { Image, Mask, Size } from '../image/types.js';
import { Place } from './cache/place.js';
import type { PixelStore } from './pixel-store.js';
import type { BadFile, DatasetOptions, ListedImage } from './types.js';

/** Decoding runs in libuv's pool of four threads; a few more in flight keep it busy. */
const inFlight = 8;
/** How many images before and after are looked at to tell which size is the odd one. */
const sizeSample = 50;
const progressEvery = 100;

export interface Decoded {
  readonly store: PixelStore;
  /** The masks of the same images, one channel; where the listed images have any. */
  readonly masks?: PixelStore;
  /** `[2 * images.length]`, width and height of each before it was resized. */
  readonly sizes: Uint32Array;
  /** `[images.length]`, 1 where the image is in the store, which holds these in order. */
  readonly kept: Uint8Array;
  readonly badFiles: BadFile[];
}

/**
 * Decodes every image once, several at a time, into one store.
 *
 * @param place where the pixels lie; default: in memory
 * @throws UserError of the first (in the list's order) image that is broken, unless `onBadFile` is
 *   `skip`; `DATA_SIZES_DIFFER` names the first odd one; `DATA_TOO_LARGE`; `DATA_ALL_BROKEN`
 */
export async function decodeAll(
  images: readonly ListedImage[],
  options: DatasetOptions,
  place = new Place(undefined),
): Promise<Decoded> {
  const skip = options.onBadFile === 'skip';
  const kept = new Uint8Array(images.length);
  const sizes = new Uint32Array(2 * images.length);
  const bad: { index: number; error: UserError }[] = [];
  let size = options.size;
  const withMasks = images.some((image) => image.loadMask !== undefined);
  let store = size && allocate(images.length, size, withMasks, place);
  let masks = size && withMasks ? place.allocate(images.length, size, 1) : undefined;
  const failures: { index: number; error: unknown }[] = [];
  let next = 0;
  let done = 0;

  const decodeOne = async (index: number): Promise<void> => {
    let image: Image;
    let mask: Mask | undefined;
    try {
      image = await images[index].load();
      mask = await images[index].loadMask?.();
      if (mask) requireSameSize(images[index].name, image, mask);
    } catch (error) {
      if (!(error instanceof UserError) || !skip) throw error;
      bad.push({ index, error });
      return;
    }
    sizes.set([image.width, image.height], 2 * index);
    if (options.size) {
      image = await resizeImage(image, options.size);
      mask = mask && resizeMask(mask, options.size);
    }
    size ??= { width: image.width, height: image.height };
    store ??= allocate(images.length, size, withMasks, place);
    if (image.width !== size.width || image.height !== size.height)
      throw await sizesDiffer(images, index, image, size);
    store.set(index, image);
    if (mask) {
      masks ??= place.allocate(images.length, size, 1);
      masks.set(index, { ...mask, channels: 1 });
    }
    kept[index] = 1;
  };
  const decodeSome = async (): Promise<void> => {
    while (next < images.length && failures.length === 0 && !options.signal?.aborted) {
      const index = next++;
      try {
        await decodeOne(index);
      } catch (error) {
        failures.push({ index, error });
      }
      done++;
      if (done % progressEvery === 0 || done === images.length)
        options.onProgress?.(done, images.length);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, decodeSome));
  if (options.signal?.aborted) throw new Interrupted();
  // Several may fail at once; the first of the list is the same in every run.
  if (failures.length > 0) throw failures.sort((a, b) => a.index - b.index)[0].error;
  bad.sort((a, b) => a.index - b.index);
  if (store === undefined || bad.length === images.length)
    throw new UserError('DATA_ALL_BROKEN', 'Not one image can be decoded.', {
      got: `${bad.length} broken files, the first: ${bad[0]?.error.problem.where}`,
      remedy: 'fetch the data again',
    });
  return {
    store: bad.length > 0 ? store.compact(kept) : store,
    masks: bad.length > 0 ? masks?.compact(kept) : masks,
    kept,
    sizes,
    badFiles: bad.map(({ index, error }) => ({
      name: images[index].name,
      code: error.code,
      reason: error.summary,
    })),
  };
}

function requireSameSize(name: string, image: Size, mask: Size): void {
  if (image.width === mask.width && image.height === mask.height) return;
  throw new UserError('DATA_MASK_SIZE', 'Image and mask differ in size.', {
    where: name,
    expected: `a mask of ${sizeText(image)}, as the image`,
    got: sizeText(mask),
    remedy: 'make image and mask from the same original, or remove both',
  });
}

function allocate(count: number, size: Size, withMasks: boolean, place: Place): PixelStore {
  const bytes = count * size.width * size.height * (withMasks ? 4 : 3);
  if (bytes > 0.8 * totalmem() && !place.isFile(count, size))
    throw new UserError('DATA_TOO_LARGE', 'The decoded images do not fit into memory.', {
      expected: `at most 80 % of ${gigabytes(totalmem())} GB`,
      got: `${count} images of ${sizeText(size)}: ${gigabytes(bytes)} GB`,
      remedy: 'make them smaller with --size, e.g. --size 64',
    });
  return place.allocate(count, size, 3);
}

const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

/** Names the first image whose size is not that of most of those around it. */
async function sizesDiffer(
  images: readonly ListedImage[],
  index: number,
  image: Size,
  first: Size,
): Promise<UserError> {
  const from = Math.max(0, index - sizeSample);
  const sample = await Promise.all(
    [images[0], ...images.slice(Math.max(1, from), index + sizeSample)].map(
      async ({ name, load }) => ({ name, size: sizeText(await load().catch(() => first)) }),
    ),
  );
  const counts = new Map<string, number>();
  for (const { size } of sample) counts.set(size, (counts.get(size) ?? 0) + 1);
  const usual = [...counts].sort((a, b) => b[1] - a[1])[0][0];
  const odd = sample.find(({ size }) => size !== usual) ?? {
    name: images[index].name,
    size: sizeText(image),
  };
  return new UserError('DATA_SIZES_DIFFER', 'The images are not all of one size.', {
    where: odd.name,
    expected: `${usual}, as most of the others`,
    got: odd.size,
    remedy: `resize all of them with --size, e.g. --size ${usual}`,
  });
}
