import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/index.js';
import type { Image } from '../../image/types.js';
import { isFile } from '../folders.js';
import type { ListedImage, Listing, Reader, SplitName } from '../types.js';
import { readMat } from './mat.js';

const SIDE = 32;
const BYTES = SIDE * SIDE * 3;
const FILES: Record<'train' | 'test', string> = {
  train: 'train_32x32.mat',
  test: 'test_32x32.mat',
};
const EXTRA = 'extra_32x32.mat';
/** The file's label for the digit 0. */
const ZERO = 10;

/**
 * SVHN, cropped digits (http://ufldl.stanford.edu/housenumbers): MATLAB files with `X`, uint8
 * `[32, 32, 3, N]`, and `y`, `[N, 1]`, digits 1 to 9 and 10 for 0. Classes are the digits 0 to 9.
 */
export const svhn: Reader = {
  kind: 'svhn',
  targets: 'class',
  summary: `SVHN, cropped digits: ${FILES.train}, ${FILES.test}`,
  recognises: (root) => isFile(join(root, FILES.train)),
  async list(root): Promise<Listing> {
    if (!isFile(join(root, FILES.train)))
      throw new UserError('DATA_NOT_SVHN', 'This is not SVHN data.', {
        where: root,
        expected: `${FILES.train} and ${FILES.test}`,
        got: `no ${FILES.train}`,
        remedy: 'fetch both files ("Format 2: Cropped Digits") into this folder',
      });
    const warnings: string[] = [];
    const images = await readPart(root, 'train');
    if (isFile(join(root, FILES.test))) images.push(...(await readPart(root, 'test')));
    else warnings.push(`there is no ${FILES.test}: no test images`);
    if (isFile(join(root, EXTRA))) warnings.push(`${EXTRA} is not read`);
    return {
      kind: 'svhn',
      classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
      images,
      // Over the 73,257 training images.
      normalisation: { mean: [0.4377, 0.4438, 0.4728], std: [0.198, 0.201, 0.197] },
      ignoredFiles: 0,
      warnings,
    };
  },
};

async function readPart(
  root: string,
  split: SplitName & keyof typeof FILES,
): Promise<ListedImage[]> {
  const file = FILES[split];
  const path = join(root, file);
  const arrays = readMat(await readFile(path), path);
  const x = arrays.get('X');
  const y = arrays.get('y');
  const count = x?.dims[3] ?? 1;
  const shape = (dims?: readonly number[]): string => (dims ? dims.join('x') : 'none');
  if (
    !(x?.data instanceof Uint8Array) ||
    x.data.length !== count * BYTES ||
    x.dims.slice(0, 3).join() !== `${SIDE},${SIDE},3` ||
    y?.data.length !== count
  )
    throw new UserError('MAT_CONTENT', 'The MAT-file does not hold SVHN images.', {
      where: path,
      expected: 'X, uint8 [32, 32, 3, N], and y, [N, 1]',
      got: `X ${shape(x?.dims)}, y ${shape(y?.dims)}`,
      remedy: 'take the files of "Format 2: Cropped Digits"',
    });
  const pixels = x.data;
  return Array.from(y.data, (value, i): ListedImage => {
    if (!Number.isInteger(value) || value < 0 || value > ZERO)
      throw new UserError('DATA_LABEL_RANGE', 'A label is out of range.', {
        where: `${path}, y(${i + 1})`,
        expected: '1 to 9, and 10 (or 0) for the digit 0',
        got: String(value),
        remedy: 'fetch the file again',
      });
    return {
      name: `${file}#${i}`,
      label: value % ZERO,
      split,
      load: () => Promise.resolve(transpose(pixels.subarray(i * BYTES, (i + 1) * BYTES))),
    };
  });
}

/** Column-major `[32, 32, 3]` (the row runs fastest) to `[32, 32, 3]`, row-major. */
function transpose(columns: Uint8Array): Image {
  const data = new Uint8Array(BYTES);
  let from = 0;
  for (let channel = 0; channel < 3; channel++)
    for (let x = 0; x < SIDE; x++)
      for (let y = 0; y < SIDE; y++) data[3 * (y * SIDE + x) + channel] = columns[from++];
  return { width: SIDE, height: SIDE, channels: 3, data };
}
