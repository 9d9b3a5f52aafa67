import { join, relative, sep } from 'node:path';
import { InternalError } from '../../core/index.js';
import type { MaskMeaning } from '../masks.js';
import type { OriginalsHandle } from '../originals.js';

/** The files of full images as plain JSON, their paths relative to the data set's folder. */
export interface FileNames {
  readonly images: readonly string[];
  readonly sizes: readonly number[];
  readonly masks?: {
    readonly paths: readonly string[];
    readonly table: readonly number[];
    readonly expected: string;
    readonly colours?: readonly number[];
  };
}

/** @throws InternalError where masks are read in different ways: such data are not kept */
export function packOriginals({ files, sizes }: OriginalsHandle, root: string): FileNames {
  const names = {
    images: files.map(({ image }) => relative(root, image)),
    sizes: [...sizes],
  };
  const first = files[0]?.mask;
  if (first === undefined) return names;
  const { table, expected, colours } = first;
  const paths = files.map(({ mask }) => {
    if (mask?.table !== table || mask.expected !== expected || mask.colours !== colours)
      throw new InternalError('the cache keeps one table of labels');
    return relative(root, mask.path);
  });
  return { ...names, masks: { paths, table: [...table], expected, ...(colours && { colours }) } };
}

export function unpackOriginals(
  { images, sizes, masks }: FileNames,
  root: string,
): OriginalsHandle {
  const meaning = masks && maskMeaning(masks);
  // `join` looks at every character of the folder's path again, for every image.
  const inside = join(root, sep);
  return {
    files: images.map((name, i) => ({
      image: inside + name,
      ...(masks && meaning && { mask: { path: inside + masks.paths[i], ...meaning } }),
    })),
    sizes: Uint32Array.from(sizes),
  };
}

function maskMeaning({ table, expected, colours }: NonNullable<FileNames['masks']>): MaskMeaning {
  return { table: Int16Array.from(table), expected, ...(colours && { colours }) };
}
