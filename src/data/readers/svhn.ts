import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/index.js';
import type { Image } from '../../image/image.js';
import { isFile } from '../folders.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { readMat } from '../arrays/mat.js';

const side = 32;
const imageBytes = side * side * 3;
const partFiles: Record<'train' | 'test', string> = {
  train: 'train_32x32.mat',
  test: 'test_32x32.mat',
};
const extraFile = 'extra_32x32.mat';
/** The file's label for the digit 0. */
const zeroLabel = 10;

/**
 * SVHN, cropped digits (http://ufldl.stanford.edu/housenumbers): MATLAB files with `X`, uint8
 * `[32, 32, 3, N]`, and `y`, `[N, 1]`, digits 1 to 9 and 10 for 0. Classes are the digits 0 to 9.
 */
export const svhn: Reader = {
  kind: 'svhn',
  targets: 'class',
  summary: `SVHN, cropped digits: ${partFiles.train}, ${partFiles.test}`,
  recognises: (root) => isFile(join(root, partFiles.train)),
  async list(root): Promise<Listing> {
    if (!isFile(join(root, partFiles.train)))
      throw new UserError('DATA_NOT_SVHN', 'This is not SVHN data.', {
        where: root,
        expected: `${partFiles.train} and ${partFiles.test}`,
        got: `no ${partFiles.train}`,
        remedy: 'download both files ("Format 2: Cropped Digits") into this folder',
      });
    const warnings: string[] = [];
    const images = await readPart(root, 'train');
    if (isFile(join(root, partFiles.test))) images.push(...(await readPart(root, 'test')));
    else warnings.push(`${partFiles.test} is missing: no test images`);
    if (isFile(join(root, extraFile))) warnings.push(`ignored ${extraFile}`);
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
  split: SplitName & keyof typeof partFiles,
): Promise<ListedImage[]> {
  const file = partFiles[split];
  const path = join(root, file);
  const arrays = readMat(await readFile(path), path);
  const x = arrays.get('X');
  const y = arrays.get('y');
  const count = x?.dims[3] ?? 1;
  const shape = (dims?: readonly number[]): string => (dims ? dims.join('x') : 'none');
  if (
    !(x?.data instanceof Uint8Array) ||
    x.data.length !== count * imageBytes ||
    x.dims.slice(0, 3).join() !== `${side},${side},3` ||
    y?.data.length !== count
  )
    throw new UserError('MAT_CONTENT', 'The MAT-file does not contain SVHN images.', {
      where: path,
      expected: 'X, uint8 [32, 32, 3, N], and y, [N, 1]',
      got: `X ${shape(x?.dims)}, y ${shape(y?.dims)}`,
      remedy: 'use the files of "Format 2: Cropped Digits"',
    });
  const pixels = x.data;
  return Array.from(y.data, (value, i): ListedImage => {
    if (!Number.isInteger(value) || value < 0 || value > zeroLabel)
      throw new UserError('DATA_LABEL_RANGE', 'A label is out of range.', {
        where: `${path}, y(${i + 1})`,
        expected: '1 to 9, and 10 (or 0) for the digit 0',
        got: String(value),
        remedy: 'download the file again',
      });
    return {
      name: `${file}#${i}`,
      label: value % zeroLabel,
      split,
      load: () => Promise.resolve(transpose(pixels.subarray(i * imageBytes, (i + 1) * imageBytes))),
    };
  });
}

/** Column-major `[32, 32, 3]` (the row runs fastest) to `[32, 32, 3]`, row-major. */
function transpose(columns: Uint8Array): Image {
  const data = new Uint8Array(imageBytes);
  let from = 0;
  for (let channel = 0; channel < 3; channel++)
    for (let x = 0; x < side; x++)
      for (let y = 0; y < side; y++) data[3 * (y * side + x) + channel] = columns[from++];
  return { width: side, height: side, channels: 3, data };
}
