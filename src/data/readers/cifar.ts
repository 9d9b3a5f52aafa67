import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../core/index.js';
import type { Image } from '../../image/image.js';
import { isFile, listFolder, readText } from '../folders.js';
import type {
  ListedImage,
  Listing,
  Normalisation,
  Reader,
  SplitName,
  Superclasses,
} from '../listing.js';
import { listClassFolders } from './class-folders.js';

const side = 32;
const planeBytes = side * side;

interface CifarForm {
  readonly kind: string;
  readonly summary: string;
  /** The folder inside the official archive. */
  readonly officialFolder: string;
  readonly trainFiles: RegExp;
  readonly testFile: string;
  readonly namesFile: string;
  /** Label bytes before the pixels; the last of them is the label, one before it the superclass. */
  readonly labelBytes: number;
  /** The list of superclasses, where the records have them, and how many there are. */
  readonly superclasses?: { readonly namesFile: string; readonly count: number };
  readonly classCount: number;
  readonly normalisation: Normalisation;
}

/**
 * CIFAR in its binary form (https://www.cs.toronto.edu/~kriz/cifar.html): records of the label bytes
 * and 3072 pixels as `[3, 32, 32]`; or the same images in class folders.
 */
function cifarReader(form: CifarForm): Reader {
  return {
    kind: form.kind,
    targets: 'class',
    summary: form.summary,
    recognises: (root) => binaryFolder(root, form) !== undefined,
    async list(root): Promise<Listing> {
      const folder = binaryFolder(root, form);
      if (folder === undefined) return listCifarFolders(root, form);
      const files = listFolderFiles(folder);
      const train = files.filter((name) => form.trainFiles.test(name));
      const classes = readClassNames(join(folder, form.namesFile), form.classCount);
      const images: ListedImage[] = [];
      const warnings: string[] = [];
      for (const name of train) images.push(...(await readRecords(folder, name, 'train', form)));
      if (isFile(join(folder, form.testFile)))
        images.push(...(await readRecords(folder, form.testFile, 'test', form)));
      else warnings.push(`${form.testFile} is missing: no test images`);
      return {
        kind: form.kind,
        classes,
        images,
        ...(form.superclasses && {
          superclasses: await readSuperclasses(join(folder, train[0]), form, form.superclasses),
        }),
        normalisation: form.normalisation,
        ignoredFiles: 0,
        warnings,
      };
    },
  };
}

/** 10 classes; means and standard deviations over the 50,000 training images. */
export const cifar10 = cifarReader({
  kind: 'cifar10',
  summary: 'CIFAR-10: data_batch_1.bin to data_batch_5.bin, test_batch.bin, batches.meta.txt',
  officialFolder: 'cifar-10-batches-bin',
  trainFiles: /^data_batch_\d+\.bin$/,
  testFile: 'test_batch.bin',
  namesFile: 'batches.meta.txt',
  labelBytes: 1,
  classCount: 10,
  normalisation: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
});

/** 100 fine classes in 20 superclasses (each record has its coarse label first); constants as for CIFAR-10. */
export const cifar100 = cifarReader({
  kind: 'cifar100',
  summary: 'CIFAR-100: train.bin, test.bin, fine_label_names.txt',
  officialFolder: 'cifar-100-binary',
  trainFiles: /^train\.bin$/,
  testFile: 'test.bin',
  namesFile: 'fine_label_names.txt',
  labelBytes: 2,
  superclasses: { namesFile: 'coarse_label_names.txt', count: 20 },
  classCount: 100,
  normalisation: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
});

/** The folder with the training batches: `root` itself or the official folder in it. */
function binaryFolder(root: string, form: CifarForm): string | undefined {
  return [root, join(root, form.officialFolder)].find((folder) =>
    listFolderFiles(folder).some((name) => form.trainFiles.test(name)),
  );
}

function listFolderFiles(folder: string): string[] {
  try {
    return listFolder(folder).otherFiles;
  } catch {
    return [];
  }
}

function readClassNames(path: string, count: number): string[] {
  if (!isFile(path)) return Array.from({ length: count }, (_, i) => String(i));
  const names = readText(path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length !== count)
    throw new UserError('DATA_CLASS_NAMES', 'The list of class names has the wrong length.', {
      where: path,
      expected: `${count} names, one per line`,
      got: `${names.length}`,
      remedy: 'download the file again',
    });
  return names;
}

async function readRecords(
  folder: string,
  name: string,
  split: SplitName,
  form: CifarForm,
): Promise<ListedImage[]> {
  const path = join(folder, name);
  const bytes = await readFile(path);
  const record = form.labelBytes + 3 * planeBytes;
  if (bytes.length === 0 || bytes.length % record !== 0)
    throw new UserError(
      'DATA_TRUNCATED',
      `${basename(path)} does not contain a whole number of records.`,
      {
        where: path,
        expected: `a multiple of ${record} bytes`,
        got: `${bytes.length} bytes`,
        remedy: 'download and unpack the archive again',
      },
    );
  return Array.from({ length: bytes.length / record }, (_, i) => {
    const offset = i * record;
    const label = bytes[offset + form.labelBytes - 1];
    if (label >= form.classCount)
      throw new UserError('DATA_LABEL_RANGE', 'A label is out of range.', {
        where: `${path}, record ${i}`,
        expected: `0 to ${form.classCount - 1}`,
        got: `${label}`,
        remedy: `check that this is ${form.kind} data, and download the file again`,
      });
    const planes = bytes.subarray(offset + form.labelBytes, offset + record);
    const load = (): Promise<Image> => Promise.resolve(interleave(planes));
    return { name: `${name}#${i}`, label, split, load };
  });
}

/** Which superclass each class belongs to, as the training records say. */
async function readSuperclasses(
  path: string,
  form: CifarForm,
  { namesFile, count }: NonNullable<CifarForm['superclasses']>,
): Promise<Superclasses> {
  const bytes = await readFile(path);
  const record = form.labelBytes + 3 * planeBytes;
  const of = new Array<number>(form.classCount).fill(0);
  for (let offset = 0; offset < bytes.length; offset += record) {
    const [coarse, fine] = bytes.subarray(offset, offset + 2);
    if (coarse >= count)
      throw new UserError('DATA_LABEL_RANGE', 'A superclass is out of range.', {
        where: `${path}, record ${offset / record}`,
        expected: `0 to ${count - 1}`,
        got: `${coarse}`,
        remedy: `check that this is ${form.kind} data, and download the file again`,
      });
    of[fine] = coarse;
  }
  return { names: readClassNames(join(dirname(path), namesFile), count), of };
}

/** `[3, 32, 32]` planes to `[32, 32, 3]`. */
function interleave(planes: Uint8Array): Image {
  const data = new Uint8Array(3 * planeBytes);
  for (let i = 0; i < planeBytes; i++) {
    data[3 * i] = planes[i];
    data[3 * i + 1] = planes[planeBytes + i];
    data[3 * i + 2] = planes[2 * planeBytes + i];
  }
  return { width: side, height: side, channels: 3, data };
}

function listCifarFolders(root: string, form: CifarForm): Listing {
  const { folders } = listFolder(root);
  if (folders.length === 0)
    throw new UserError('DATA_NOT_CIFAR', `This is not ${form.kind} data.`, {
      where: root,
      expected: `${form.summary}; or class folders`,
      got: 'neither',
      remedy: `unpack the official binary archive and pass the folder ${form.officialFolder}`,
    });
  const listing = listClassFolders(root, form.kind);
  if (listing.classes.length !== form.classCount)
    throw new UserError('DATA_NOT_CIFAR', `This is not ${form.kind} data.`, {
      where: root,
      expected: `${form.classCount} class folders`,
      got: `${listing.classes.length}`,
      remedy: 'if it is another data set, use folder:DIR',
    });
  return { ...listing, normalisation: form.normalisation };
}
