import { setImmediate as nextTurn } from 'node:timers/promises';
import { printable, stopIfAborted, UserError } from '../core/index.js';
import { imageNotes, noteText, resizeImage, resizeMask, sizeText } from '../image/index.js';
import type { ImageNote, LoadedImage, LoadedMask, Size } from '../image/index.js';
import { countOf } from './folders.js';
import { Place } from './cache/place.js';
import type { PixelStore } from './pixel-store.js';
import type { BadFile, DatasetOptions, LabelOptions, ListedImage } from './listing.js';

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
  /** What is to be said of how images were read. */
  readonly warnings: readonly string[];
}

/**
 * Decodes every image once, several at a time, into one store.
 *
 * @param place where the pixels lie; default: in memory
 * @throws UserError of the image that is broken, unless `onBadFile` is `skip`; `DATA_BAD_FILES` where several
 *   have different problems; the first five are named; `DATA_SIZES_DIFFER` names the first odd one; `DATA_TOO_LARGE`; `DATA_ALL_BROKEN`
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
  let size = options.size && { width: options.size.width, height: options.size.height };
  const withMasks = images.some((image) => image.loadMask !== undefined);
  let store = size && place.allocate(images.length, size, 3);
  let masks = size && withMasks ? place.allocate(images.length, size, 1) : undefined;
  /** Files that cannot be used: reading goes on, so that all of them are named at once. */
  const unusable: { index: number; error: UserError }[] = [];
  /** What ends the reading. */
  const failures: { index: number; error: unknown }[] = [];
  /** Indices of the images of which there is something to be said. */
  const noted: Readonly<Record<ImageNote, number[]>> = { deep: [], 'first-frame': [] };
  let next = 0;
  let done = 0;

  const decodeOne = async (index: number): Promise<void> => {
    const { name, load, loadMask } = images[index];
    let image: LoadedImage;
    let mask: LoadedMask | undefined;
    try {
      image = await load(options.size);
      mask = await loadMask?.(options.size);
      if (mask) requireSameSize(name, image.full ?? image, mask.full ?? mask, options.labels);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      (skip ? bad : unusable).push({ index, error });
      return;
    }
    const { width, height } = image.full ?? image;
    sizes.set([width, height], 2 * index);
    for (const note of image.notes ?? []) noted[note].push(index);
    if (mask && !options.size) mask = resizeMask(mask, image);
    if (options.size) {
      image = await resizeImage(image, options.size);
      mask = mask && resizeMask(mask, options.size);
    }
    size ??= { width: image.width, height: image.height };
    store ??= place.allocate(images.length, size, 3);
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
      if (done % progressEvery === 0 || done === images.length) {
        options.onProgress?.(done, images.length);
        // Images that are in memory already would keep signals from getting through.
        await nextTurn();
      }
      if (options.signal?.aborted) return;
    }
  };
  await untilAborted(Promise.all(Array.from({ length: inFlight }, decodeSome)), options.signal);
  // Several may fail at once; the first of the list is the same in every run.
  const inOrder = (a: { index: number }, b: { index: number }): number => a.index - b.index;
  if (failures.length > 0) throw failures.sort(inOrder)[0].error;
  if (unusable.length > 0) throw unusableFiles(unusable.sort(inOrder).map(({ error }) => error));
  bad.sort(inOrder);
  if (store === undefined || bad.length === images.length)
    throw new UserError('DATA_ALL_BROKEN', 'None of the images can be read.', {
      got: `${countOf(bad.length, 'unreadable file')}, the first: ${bad[0]?.error.problem.where}`,
      remedy: 'download the data again',
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
    warnings: noteWarnings(noted, images),
  };
}

/** One sentence for each note, with the number of images and the first of them. */
function noteWarnings(
  noted: Readonly<Record<ImageNote, readonly number[]>>,
  images: readonly ListedImage[],
): string[] {
  return imageNotes.flatMap((note) => {
    const indices = noted[note];
    if (indices.length === 0) return [];
    // They come in as they are decoded; the first of the list is the same in every run.
    const first = indices.reduce((a, b) => Math.min(a, b));
    return [noteText(note, indices.length, printable(images[first].name))];
  });
}

/** Files that one message names. */
const mostNamed = 5;

/** One file is named by its own error; of several the first, what is wrong with each, and how many there are. */
function unusableFiles(errors: readonly UserError[]): UserError {
  const [first] = errors;
  if (errors.length === 1) return first;
  const named = errors.slice(0, mostNamed);
  const alike = errors.every(({ summary }) => summary === first.summary);
  const lines = named.map(({ summary, problem: { where = '?', got } }) => {
    const words = alike ? (got ?? '') : `${summary}${got === undefined ? '' : ` Found: ${got}.`}`;
    return words === '' ? where : `${where}: ${words}`;
  });
  const more = errors.length - named.length;
  const remedies = [...new Set(named.flatMap(({ problem }) => problem.remedy ?? []))];
  return new UserError(
    errors.every(({ code }) => code === first.code) ? first.code : 'DATA_BAD_FILES',
    `${countOf(errors.length, 'file')} cannot be used.${alike ? ` ${first.summary}` : ''}`,
    {
      ...(named.every(({ problem }) => problem.expected === first.problem.expected) && {
        expected: first.problem.expected,
      }),
      got: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n            '),
      remedy: remedies.join('\n            '),
    },
    { cause: first },
  );
}

/** Does not wait for the decoders at work, which may take seconds over a large image. @throws Interrupted */
async function untilAborted(work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  stopIfAborted(signal);
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([work, aborted]);
  stopIfAborted(signal);
}

/** Two shapes are alike up to this share: sides are whole pixels. */
const alike = 0.02;

function requireSameSize(
  name: string,
  image: Size,
  mask: Size,
  { resizeMasks = false }: LabelOptions = {},
): void {
  if (image.width === mask.width && image.height === mask.height) return;
  const shapes = (image.width * mask.height) / (image.height * mask.width);
  const sameShape = Math.abs(shapes - 1) <= alike;
  if (sameShape && resizeMasks) return;
  throw new UserError('DATA_MASK_SIZE', 'Image and mask have different sizes.', {
    where: name,
    expected: `a mask of ${sizeText(image)} (height x width), the size of the image`,
    got: sizeText(mask),
    remedy: sameShape
      ? 'resize the masks with --resize-masks (nearest neighbour), or resize the image to the size of its mask'
      : 'create image and mask from the same original, or remove both',
  });
}

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
  return new UserError('DATA_SIZES_DIFFER', 'The images have different sizes.', {
    where: odd.name,
    expected: `${usual} (height x width), like most of the others`,
    got: odd.size,
    remedy: `resize all of them with --size, e.g. --size ${usual}`,
  });
}
