import type { Reader } from '../listing.js';
import { camvid } from './camvid.js';
import { cifar10, cifar100 } from './cifar.js';
import { cityscapes, cityscapes30 } from './cityscapes.js';
import { classFolders } from './class-folders.js';
import { multiLabel } from './multi-label.js';
import { npz } from './npz.js';
import { pairs } from './pairs.js';
import { svhn } from './svhn.js';
import { table } from './table.js';
import { tinyImageNet } from './tiny-imagenet.js';

/** Every reader; a folder or file without a named kind goes to the first that recognises it. */
export const readers: readonly Reader[] = [
  cifar10,
  cifar100,
  svhn,
  tinyImageNet,
  cityscapes,
  cityscapes30,
  camvid,
  pairs,
  multiLabel,
  table,
  npz,
  classFolders,
];
