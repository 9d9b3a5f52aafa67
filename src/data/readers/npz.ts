import { UserError } from '../../core/index.js';
import type { Image } from '../../image/image.js';
import type { ListedImage, Listing, Reader, SplitName } from '../listing.js';
import { integersOf, readNpy, shapeText, type NpyArray } from '../arrays/npy.js';
import { readZip } from '../arrays/zip.js';

const parts: readonly SplitName[] = ['train', 'val', 'test'];
const layout =
  'train_images, uint8 [N, HEIGHT, WIDTH] or [N, HEIGHT, WIDTH, 3], and train_labels, integers [N, 1]; val_ and test_ likewise';

/** Files as those of MedMNIST (https://medmnist.com): the arrays of all parts in one NumPy archive. */
export const npz: Reader = {
  kind: 'npz',
  targets: 'class',
  isFile: true,
  summary: `a NumPy file FILE.npz with ${layout}`,
  recognises: (root) => root.toLowerCase().endsWith('.npz'),
  list: listNpz,
};

interface Part {
  readonly split: SplitName;
  readonly images: NpyArray;
  /** `[N]` */
  readonly labels: readonly number[];
}

/** @throws UserError `NPZ_BROKEN`, `NPZ_ARRAY`, `NPZ_CONTENT`, `NPZ_TOO_LARGE`, `DATA_NO_TRAIN`, `DATA_ONE_CLASS` */
async function listNpz(root: string): Promise<Listing> {
  const wanted = parts.flatMap((split) => [`${split}_images.npy`, `${split}_labels.npy`]);
  const { files, others } = await readZip(root, wanted);
  const arrays = new Map<string, NpyArray>();
  for (const [name, bytes] of files)
    arrays.set(name.slice(0, -'.npy'.length), readNpy(bytes, `${root}, ${name}`));
  const found = parts.flatMap((split): Part[] => {
    const images = arrays.get(`${split}_images`);
    const labels = arrays.get(`${split}_labels`);
    if (images === undefined && labels === undefined) return [];
    if (images === undefined || labels === undefined)
      throw content(
        root,
        `${split}_${images ? 'images' : 'labels'} without ${split}_${images ? 'labels' : 'images'}`,
      );
    requireImages(images, `${root}, ${split}_images`);
    const where = `${root}, ${split}_labels`;
    return [{ split, images, labels: labelsOf(labels, images.shape[0], where) }];
  });
  if (found[0]?.split !== 'train' || found[0].labels.length === 0)
    throw new UserError('DATA_NO_TRAIN', 'There are no training images.', {
      where: root,
      expected: layout,
      got: [...arrays.keys(), ...others.map((name) => name.replace(/\.npy$/, ''))]
        .slice(0, 10)
        .join(', '),
      remedy: 'save the training images under the name train_images, with train_labels',
    });
  const values = [...new Set(found.flatMap(({ labels }) => labels))].sort((a, b) => a - b);
  if (values.length < 2)
    throw new UserError('DATA_ONE_CLASS', 'There is only one class.', {
      where: root,
      expected: 'labels of at least two classes',
      got: `only the label ${values.join()}`,
      remedy: 'add images of another class',
    });
  const classOf = new Map(values.map((value, i) => [value, i]));
  return {
    kind: 'npz',
    classes: values.map(String),
    images: found.flatMap((part) => imagesOf(part, classOf)),
    ignoredFiles: 0,
    warnings:
      others.length > 0 ? [`ignored in the file: ${others.slice(0, 10).sort().join(', ')}`] : [],
  };
}

function requireImages({ shape, type }: NpyArray, where: string): void {
  const channels = shape[3] ?? 1;
  const fits = shape.length === 3 || (shape.length === 4 && (channels === 1 || channels === 3));
  if (fits && type === 'u1' && shape.slice(1).every((n) => n > 0)) return;
  const isVolume = shape.length >= 4 && channels > 4;
  throw new UserError('NPZ_CONTENT', 'An array does not hold images.', {
    where,
    expected: 'uint8 [N, HEIGHT, WIDTH] or [N, HEIGHT, WIDTH, 3]',
    got: `${type} ${shapeText(shape)}${isVolume ? ', which looks like volumes' : ''}`,
    remedy: isVolume
      ? 'save slices of the volumes as images'
      : 'convert the images to uint8, with the channels last',
  });
}

/** Class of each image. Several columns are several labels an image. */
function labelsOf(array: NpyArray, count: number, where: string): number[] {
  const [rows, columns = 1] = array.shape;
  if (rows === count && columns === 1 && array.shape.length <= 2) return integersOf(array);
  const isMultiLabel = array.shape.length === 2 && rows === count;
  throw new UserError('NPZ_CONTENT', 'An array does not hold one label for each image.', {
    where,
    expected: `integers ${shapeText([count, 1])}, one class for each image`,
    got: `${shapeText(array.shape)}${isMultiLabel ? ', several labels for each image' : ''}`,
    remedy: isMultiLabel
      ? 'several labels for each image are not read from .npz files: save the images as files, with a labels.csv for multi-label:DIR'
      : 'save images and labels of each part in the same order',
  });
}

function imagesOf(
  { split, images, labels }: Part,
  classOf: ReadonlyMap<number, number>,
): ListedImage[] {
  const [, height, width, channels = 1] = images.shape;
  const each = height * width * channels;
  return labels.map((value, i) => ({
    name: `${split}_images#${i}`,
    label: classOf.get(value) ?? 0,
    split,
    load: () => {
      const values = images.bytes.subarray(i * each, (i + 1) * each);
      return Promise.resolve(asImage(values, height, width, channels));
    },
  }));
}

/** `[height, width]` or `[height, width, 3]` as `[height, width, 3]`. */
function asImage(values: Buffer, height: number, width: number, channels: number): Image {
  if (channels === 3) return { width, height, channels: 3, data: values };
  const data = new Uint8Array(3 * values.length);
  values.forEach((grey, i) => data.fill(grey, 3 * i, 3 * i + 3));
  return { width, height, channels: 3, data };
}

function content(where: string, got: string): UserError {
  return new UserError('NPZ_CONTENT', 'The .npz file lacks an array.', {
    where,
    expected: layout,
    got,
    remedy: 'save images and labels of each part together',
  });
}
