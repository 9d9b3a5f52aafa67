import { join } from 'node:path';
import { UserError } from '../../core/index.js';
import { isDirectory } from '../folders.js';
import { emptyTable, ignoredLabel } from '../masks.js';
import type { Reader, SplitName } from '../listing.js';
import type { ClassList } from './class-list.js';
import { listPairs, pairFolders, type PairFolders } from './pairs.js';

/**
 * The eleven classes of the common subset of CamVid (Brostow et al., 2009), in the order of SegNet's masks
 * (Badrinarayanan et al., 2017), with CamVid's colours; the value 11 is void.
 */
const named: readonly (readonly [string, string])[] = [
  ['sky', '#808080'],
  ['building', '#800000'],
  ['pole', '#c0c080'],
  ['road', '#804080'],
  ['pavement', '#3c28de'],
  ['tree', '#808000'],
  ['sign', '#c08080'],
  ['fence', '#404080'],
  ['car', '#400080'],
  ['pedestrian', '#404000'],
  ['bicyclist', '#0080c0'],
];

/** CamVid as SegNet lays it out: `train/` beside `trainannot/`, or `train/images` beside `train/labels`. */
export const camvid: Reader = {
  kind: 'camvid',
  targets: 'mask',
  summary:
    'CamVid with the 11 classes of SegNet: train/ and trainannot/, or train/images and train/labels',
  recognises: (root) => annotFolders(root).length > 0,
  list: (root) => {
    const folders = annotFolders(root);
    const found = folders.length > 0 ? folders : pairFolders(root);
    if (found.length === 0)
      throw new UserError('DATA_NOT_CAMVID', 'This is not CamVid data.', {
        where: root,
        expected: 'train/ and trainannot/, or train/images/ and train/labels/',
        remedy: 'pass the folder that contains them, or pairs:DIR for other images with masks',
      });
    return Promise.resolve(listPairs(root, 'camvid', found, classList()));
  },
};

function annotFolders(root: string): PairFolders[] {
  return (['train', 'val', 'test'] as SplitName[]).flatMap((split) =>
    isDirectory(join(root, split)) && isDirectory(join(root, `${split}annot`))
      ? [{ split, images: split, labels: `${split}annot` }]
      : [],
  );
}

function classList(): ClassList {
  const table = emptyTable();
  named.forEach((_, value) => (table[value] = value));
  table[named.length] = ignoredLabel;
  return {
    classes: named.map(([name]) => name),
    colours: named.map(([, colour]) => colour),
    table,
    expected: '0 to 10, 11 (void) or 255 (ignored)',
  };
}
