import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stopIfAborted, writeAtomic } from '../../core/index.js';
import { measureImage, type Size } from '../../image/index.js';
import { cacheFolder, keyOf } from './folder.js';
import type { DatasetOptions, Listing } from '../listing.js';
import { readerOf } from '../open.js';
import { proposingValues } from '../readers/found-values.js';

/** What sizes the images of a data set have, in numbers that a working size follows from. */
export interface ImageSizes {
  /** Images whose size is known. */
  readonly images: number;
  /** By their pixels. */
  readonly smallest: Size;
  readonly largest: Size;
  /** Median of the shorter sides, and of the longer ones, in pixels. */
  readonly shorter: number;
  readonly longer: number;
  /** Height by width: lower quartile, median and upper quartile. */
  readonly aspect: readonly [number, number, number];
  /** Whether all have one size. */
  readonly alike: boolean;
}

/** Images between two looks at the signal. */
const perTurn = 200;
/** Fewer are measured again in less time than it is worth keeping them for. */
const worthKeeping = 1000;

/**
 * The sizes of a data set's images, by the headers of their files: none is decoded, but one where the images have no
 * files of their own and are all alike.
 *
 * @returns undefined where no size can be told: what is wrong shows when the images are decoded
 * @throws UserError `DATA_*`; `Interrupted`
 */
export async function imageSizes(
  spec: string,
  options: Pick<DatasetOptions, 'labels' | 'onBadFile' | 'signal'> = {},
): Promise<ImageSizes | undefined> {
  const { labels, onBadFile, signal } = options;
  stopIfAborted(signal);
  const { reader, root } = await readerOf(spec, labels);
  const key = keyOf(reader.kind, root, { labels, onBadFile });
  const kept = key === undefined ? undefined : join(cacheFolder(), `${key}.sizes.json`);
  const before = kept === undefined ? undefined : readKept(kept);
  if (before !== undefined) return before;
  const listing = await reader
    .list(root, labels, onBadFile === 'skip')
    .catch(async (error: unknown) => {
      throw await proposingValues(error, root);
    });
  const sizes = await sizesIn(listing, signal);
  const summary = sizes.length === 0 ? undefined : summaryOf(sizes, listing.images.length);
  const isSlow = listing.images.length >= worthKeeping;
  if (summary !== undefined && kept !== undefined && isSlow) keep(kept, summary);
  return summary;
}

/** Of each image that has a file of its own; where they have none, of the first. */
async function sizesIn({ images }: Listing, signal?: AbortSignal): Promise<Size[]> {
  const [first] = images;
  if (first === undefined) return [];
  if (first.file === undefined) return [await first.load()];
  const sizes: Size[] = [];
  for (const [i, { file }] of images.entries()) {
    if (i % perTurn === 0) {
      await nextTurn();
      stopIfAborted(signal);
    }
    const size = file && (await measureImage(file.image));
    if (size !== undefined && Math.min(size.width, size.height) > 0) sizes.push(size);
  }
  return sizes;
}

const areaOf = ({ width, height }: Size): number => width * height;

function summaryOf(sizes: readonly Size[], images: number): ImageSizes {
  const byArea = [...sizes].sort((a, b) => areaOf(a) - areaOf(b));
  const sorted = (of: (size: Size) => number): number[] => sizes.map(of).sort((a, b) => a - b);
  const aspects = sorted(({ width, height }) => height / width);
  const at = (values: readonly number[], share: number): number =>
    values[Math.min(values.length - 1, Math.floor(share * values.length))];
  const plain = ({ width, height }: Size): Size => ({ width, height });
  return {
    images,
    smallest: plain(byArea[0]),
    largest: plain(byArea[byArea.length - 1]),
    shorter: at(
      sorted(({ width, height }) => Math.min(width, height)),
      0.5,
    ),
    longer: at(
      sorted(({ width, height }) => Math.max(width, height)),
      0.5,
    ),
    aspect: [at(aspects, 0.25), at(aspects, 0.5), at(aspects, 0.75)],
    alike: sizes.every(
      ({ width, height }) => width === sizes[0].width && height === sizes[0].height,
    ),
  };
}

/** Sizes as they lie in the cache: `version`, then the numbers. */
const version = 1;
const numbers = 11;

function keep(path: string, sizes: ImageSizes): void {
  const { images, smallest, largest, shorter, longer, aspect, alike } = sizes;
  const ends = [smallest, largest].flatMap(({ width, height }) => [width, height]);
  const values = [version, images, ...ends, shorter, longer, ...aspect, alike ? 1 : 0];
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    writeAtomic(path, JSON.stringify(values));
  } catch {
    // Measured again the next time, nothing else.
  }
}

/** What is kept of earlier; undefined where there is nothing, or nothing that can be used. */
function readKept(path: string): ImageSizes | undefined {
  try {
    const values: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(values) || values.length !== numbers + 1) return undefined;
    if (!values.every((value): value is number => typeof value === 'number' && value >= 0))
      return undefined;
    const [written, images, w, h, lastW, lastH, shorter, longer, low, middle, high, alike] = values;
    if (written !== version || Math.min(w, h, lastW, lastH, shorter, low) <= 0) return undefined;
    return {
      images,
      smallest: { width: w, height: h },
      largest: { width: lastW, height: lastH },
      shorter,
      longer,
      aspect: [low, middle, high],
      alike: alike === 1,
    };
  } catch {
    return undefined;
  }
}

/** The sizes of several data sets together; the aspect is that of the larger one, within the range of all. */
export function joinedSizes(all: readonly ImageSizes[]): ImageSizes {
  const [first, ...others] = all;
  return others.reduce<ImageSizes>((a, b) => {
    const larger = a.images < b.images ? b : a;
    return {
      images: a.images + b.images,
      smallest: areaOf(a.smallest) <= areaOf(b.smallest) ? a.smallest : b.smallest,
      largest: areaOf(a.largest) >= areaOf(b.largest) ? a.largest : b.largest,
      // One network sees all of them: what the smaller ones have must do.
      shorter: Math.min(a.shorter, b.shorter),
      longer: Math.min(a.longer, b.longer),
      aspect: [
        Math.min(a.aspect[0], b.aspect[0]),
        larger.aspect[1],
        Math.max(a.aspect[2], b.aspect[2]),
      ],
      alike:
        a.alike &&
        b.alike &&
        a.smallest.width === b.smallest.width &&
        a.smallest.height === b.smallest.height,
    };
  }, first);
}
