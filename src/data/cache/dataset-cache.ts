import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { InternalError, writeAtomic } from '../../core/index.js';
import type { Dataset } from '../dataset.js';
import type { OriginalsHandle } from '../originals.js';
import { PixelStore } from '../pixel-store.js';
import type { DatasetTargets, MaskTargets } from '../targets.js';
import type { Item, SplitName } from '../types.js';
import { touch } from './folder.js';
import type { Place } from './place.js';

const splitNames: readonly SplitName[] = ['train', 'val', 'test'];

/** A data set as it stands in the cache's index: everything but the pixels, which lie in `pixels`. */
interface Entry extends Omit<
  Dataset,
  'root' | 'items' | 'targets' | 'splits' | 'store' | 'originals'
> {
  readonly originals?: FileNames;
  readonly names: readonly string[];
  readonly targets: StoredTargets;
  /** Index into train, val, test. */
  readonly parts: readonly number[];
  readonly channels: 1 | 3;
  readonly pixels: string;
}

/** Targets as plain JSON; the masks' pixels lie in `file`. */
type StoredTargets =
  | { readonly kind: 'class'; readonly classes: readonly number[] }
  | { readonly kind: 'labels'; readonly labels: readonly number[] }
  | (Omit<MaskTargets, 'store' | 'pixels'> & {
      readonly file: string;
      readonly pixels: readonly number[];
    });

const indexFile = (folder: string, key: string): string => join(folder, `${key}.json`);

/** The data set of a key, its pixels mapped; undefined where the cache does not hold it whole. */
export function readCached(folder: string, key: string, root: string): Dataset | undefined {
  const path = indexFile(folder, key);
  if (!existsSync(path)) return undefined;
  try {
    const entry = JSON.parse(readFileSync(path, 'utf8')) as Entry;
    const { names, targets, parts, channels, pixels, originals, ...same } = entry;
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
      split: splitNames[parts[i]],
    }));
    const data: Dataset = {
      ...same,
      root: resolve(root),
      items,
      targets: targetsFrom(targets, (file) => mapped(file, 1)),
      splits: splitsOf(parts),
      store: mapped(pixels, channels),
      ...(originals && { originals: unpackOriginals(originals, root) }),
    };
    touch(folder, [basename(path), pixels, ...(targets.kind === 'mask' ? [targets.file] : [])]);
    return data;
  } catch {
    // Damaged, of another version, or cleared by someone: decoded anew.
    return undefined;
  }
}

function targetsFrom(stored: StoredTargets, map: (file: string) => PixelStore): DatasetTargets {
  switch (stored.kind) {
    case 'class':
      return { kind: 'class', classes: Int32Array.from(stored.classes) };
    case 'labels':
      return { kind: 'labels', labels: Uint8Array.from(stored.labels) };
    case 'mask': {
      const { file, pixels, ...labelling } = stored;
      return { ...labelling, pixels: Float64Array.from(pixels), store: map(file) };
    }
  }
}

function storedTargets(targets: DatasetTargets, file: string): StoredTargets {
  switch (targets.kind) {
    case 'class':
      return { kind: 'class', classes: [...targets.classes] };
    case 'labels':
      return { kind: 'labels', labels: [...targets.labels] };
    case 'mask': {
      const { kind, ignored, colours, values, pixels } = targets;
      return { kind, ignored, colours, values, file, pixels: [...pixels] };
    }
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
    const { items, targets, originals } = data;
    if (targets.kind === 'mask')
      kept = { ...kept, targets: { ...targets, store: place.keep(targets.store, file) } };
    const same = without(data, ['root', 'items', 'splits', 'store', 'targets', 'originals']);
    const entry: Entry = {
      ...same,
      ...(originals && { originals: packOriginals(originals, root) }),
      names: items.map((item) => item.name),
      targets: storedTargets(targets, file),
      parts: items.map((item) => splitNames.indexOf(item.split)),
      channels: store.channels,
      pixels,
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
