import type { Reader } from '../types.js';
import { cifar10, cifar100 } from './cifar.js';
import { classFolders } from './class-folders.js';

/** Every reader; a folder without a named kind goes to the first that recognises it. */
export const readers: readonly Reader[] = [cifar10, cifar100, classFolders];
