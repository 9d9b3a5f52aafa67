import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { InternalError, writeAtomic } from '../../core/index.js';
import type { Dataset } from '../dataset.js';
import type { OriginalsHandle } from '../originals.js';
import { PixelStore } from '../pixel-store.js';
import type { Item, SplitName } from '../types.js';
import { touch } from './folder.js';
import type { Place } from './place.js';

const splitNames: readonly SplitName[] = ['train', 'val', 'test'];

/** A data set as it stands in the cache's index: everything but the pixels, which lie in `pixels`. */
interface Entry extends Omit<
  Dataset,
  'root' | 'items' | 'labels' | 'splits' | 'store' | 'masks' | 'originals'
> {
  readonly originals?: FileNames;
  readonly names: readonly string[];
  readonly labels: readonly number[];
  /** Index into train, val, test. */
  readonly parts: readonly number[];
  readonly channels: 1 | 3;
  readonly pixels: string;
  readonly masks?: Omit<NonNullable<Dataset['masks']>, 'store' | 'pixels'> & {
    readonly file: string;
    readonly pixels: readonly number[];
  };
}

const indexFile = (folder: string, key: string): string => join(folder, `${key}.json`);

/** The data set of a key, its pixels mapped; undefined where the cache does not hold it whole. */
export function readCached(folder: string, key: string, root: string): Dataset | undefined {
  const path = indexFile(folder, key);
  if (!existsSync(path)) return undefined;
  try {
    const entry = JSON.parse(readFileSync(path, 'utf8')) as Entry;
    const { names, labels, parts, channels, pixels, masks, originals, ...same } = entry;
    const count = names.length;
    const mapped = (file: string, of: 1 | 3): PixelStore =>
      new PixelStore({
        buffer: { path: join(folder, file) },
        size: entry.size,
        channels: of,
        count,
      });
    const items = names.map((name, i): Item => ({
      name,
      label: labels[i],
      split: splitNames[parts[i]],
    }));
    const { file, ...labelling } = masks ?? { file: '', pixels: [] };
    const data = {
      ...same,
      root: resolve(root),
      items,
      labels: Int32Array.from(labels),
      splits: splitsOf(parts),
      store: mapped(pixels, channels),
      ...(originals && { originals: unpackOriginals(originals, root) }),
      ...(masks && {
        masks: {
          ...(labelling as typeof masks),
          pixels: Float64Array.from(masks.pixels),
          store: mapped(file, 1),
        },
      }),
    } as Dataset;
    touch(folder, [basename(path), pixels, ...(masks ? [masks.file] : [])]);
    return data;
  } catch {
    // Damaged, of another version, or cleared by someone: decoded anew.
    return undefined;
  }
}

function splitsOf(parts: readonly number[]): Dataset['splits'] {
  const of = (part: number): Uint32Array => {
    const indices = new Uint32Array(parts.length);
    let n = 0;
    parts.forEach((p, i) => {
      if (p === part) indices[n++] = i;
    });
    return indices.slice(0, n);
  };
  return { train: of(0), val: of(1), test: of(2) };
}

/** Keeps a data set whose pixels were decoded into the cache's files, named by their content. */
export function writeCached(
  folder: string,
  key: string,
  root: string,
  data: Dataset,
  place: Place,
): Dataset {
  if (!('path' in data.store.buffer)) return data;
  let kept = data;
  try {
    const pixels = `${data.fingerprint}.pixels`;
    const file = `${data.fingerprint}.masks`;
    const store = place.keep(data.store, pixels);
    kept = { ...kept, store };
    if (data.masks)
      kept = {
        ...kept,
        masks: { ...data.masks, store: place.keep(data.masks.store, file) },
      };
    const { items, labels, originals } = data;
    const same = without(data, [
      'root',
      'items',
      'labels',
      'splits',
      'store',
      'masks',
      'originals',
    ]);
    const entry: Entry = {
      ...same,
      ...(originals && { originals: packOriginals(originals, root) }),
      names: items.map((item) => item.name),
      labels: [...labels],
      parts: items.map((item) => splitNames.indexOf(item.split)),
      channels: store.channels,
      pixels,
      ...(data.masks && {
        masks: {
          ignored: data.masks.ignored,
          colours: data.masks.colours,
          file,
          pixels: [...data.masks.pixels],
        },
      }),
    };
    writeAtomic(indexFile(folder, key), JSON.stringify(entry));
  } catch {
    // A cache that cannot be written costs time later, nothing else.
  }
  return kept;
}

function without<T extends object, K extends keyof T>(data: T, left: readonly K[]): Omit<T, K> {
  const entries = Object.entries(data).filter(([name]) => !left.includes(name as K));
  return Object.fromEntries(entries) as Omit<T, K>;
}

/** The files of full images as plain JSON, their paths relative to the data set's folder. */
interface FileNames {
  readonly images: readonly string[];
  readonly sizes: readonly number[];
  readonly masks?: {
    readonly paths: readonly string[];
    readonly table: readonly number[];
    readonly expected: string;
  };
}

/** @throws InternalError where masks are read in different ways: such data are not kept */
function packOriginals({ files, sizes }: OriginalsHandle, root: string): FileNames {
  const names = {
    images: files.map(({ image }) => relative(root, image)),
    sizes: [...sizes],
  };
  const first = files[0]?.mask;
  if (first === undefined) return names;
  const { table, expected } = first;
  const paths = files.map(({ mask }) => {
    if (mask?.table !== table || mask.expected !== expected)
      throw new InternalError('the cache keeps one table of labels');
    return relative(root, mask.path);
  });
  return { ...names, masks: { paths, table: [...table], expected } };
}

function unpackOriginals({ images, sizes, masks }: FileNames, root: string): OriginalsHandle {
  const table = masks && Int16Array.from(masks.table);
  // `join` looks at every character of the folder's path again, for every image.
  const inside = join(root, sep);
  return {
    files: images.map((name, i) => ({
      image: inside + name,
      ...(masks &&
        table && {
          mask: { path: inside + masks.paths[i], table, expected: masks.expected },
        }),
    })),
    sizes: Uint32Array.from(sizes),
  };
}
