import type { Reader } from '../types.js';
import { cifar10, cifar100 } from './cifar.js';
import { classFolders } from './class-folders.js';
import { svhn } from './svhn.js';
import { tinyImageNet } from './tiny-imagenet.js';

/** Every reader; a folder without a named kind goes to the first that recognises it. */
export const readers: readonly Reader[] = [cifar10, cifar100, svhn, tinyImageNet, classFolders];
