import { UserError } from '../core/index.js';
import { targetsAs } from '../data/index.js';
import { classWeights } from '../metrics/index.js';
import type { HeadOptions, TaskData } from './task.js';

/** How the training loss makes up for classes of uneven sizes. */
export interface Balance {
  /** `[classes]`, weights of the classes; default: all alike. */
  readonly weights?: readonly number[];
  /** `[classes]`, added to the logits in training; default: nothing. */
  readonly adjustment?: readonly number[];
}

/** How many times its even share of the images a class may have before accuracy alone misleads. */
const unevenFrom = 1.5;
/** By what share of the images naming the commonest class may beat guessing before accuracy misleads: of two classes, one may have 65 %. */
const unevenBy = 0.15;
/** No class weighs more than so many times the middle one: a single image would lead the training. */
const mostWeight = 10;

/** Whether naming the commonest class is right much more often than naming any. */
export function areUneven(labels: Int32Array, classes: number): boolean {
  const commonest = Math.max(...sharesOf(labels));
  return commonest * classes > unevenFrom || commonest - 1 / classes > unevenBy;
}

/** The share of the images of each class that has some. */
export function sharesOf(labels: Int32Array): number[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].map((count) => count / labels.length);
}

/** What `auto` comes to for images of one class, by the images that are trained on. */
export function classBalanceFor(
  data: Omit<TaskData, 'store'>,
  classBalance: HeadOptions['classBalance'],
): Exclude<HeadOptions['classBalance'], 'auto'> {
  if (classBalance !== 'auto') return classBalance;
  const images = trainingImages(data);
  const all = images.reduce((sum, n) => sum + n, 0);
  return Math.max(...images) * images.length > unevenFrom * all ? 'logits' : 'none';
}

/**
 * `median`: weights by median frequency balancing. `logits`: the logarithm of each class's share is added to its logit in training
 * alone, so that the network's own logits know nothing of the shares. Unlike weights, that still works where a network has learned all
 * training images by heart. Source: Menon et al., 2021 (arXiv 2007.07314), equation 10 with tau = 1.
 */
export function balanceFor(data: TaskData, classBalance: HeadOptions['classBalance']): Balance {
  switch (classBalanceFor(data, classBalance)) {
    case 'none':
      return {};
    case 'median':
      return {
        weights: classWeights(trainingImages(data)).map((weight) => Math.min(mostWeight, weight)),
      };
    case 'logits':
      return { adjustment: logShares(trainingImages(data)) };
  }
}

/** For the `data` event: what the loss does about uneven classes, where nobody has said what it should do. */
export function balanceFacts(
  data: Omit<TaskData, 'store'>,
  classBalance: HeadOptions['classBalance'],
): { readonly balance?: { readonly how: string; readonly fewest: number; readonly most: number } } {
  if (data.targets.kind !== 'class' || classBalance !== 'auto') return {};
  const how = classBalanceFor(data, classBalance);
  if (how === 'none') return {};
  const images = trainingImages(data);
  return { balance: { how, fewest: Math.min(...images), most: Math.max(...images) } };
}

/** @throws UserError `CLASS_BALANCE` for `logits`, which is for images of one class */
export function requireNoLogits(classBalance: HeadOptions['classBalance'], images: string): void {
  if (classBalance !== 'logits') return;
  throw new UserError('CLASS_BALANCE', 'Uneven classes cannot be balanced like that here.', {
    where: 'classBalance',
    expected: `auto, none or median, since the images ${images}`,
    got: classBalance,
  });
}

/** `[classes]`; a class without images counts as if it had one. */
function logShares(images: Float64Array): number[] {
  const all = images.reduce((sum, n) => sum + Math.max(1, n), 0);
  return Array.from(images, (n) => Math.log(Math.max(1, n) / all));
}

/** `[classes]` */
function trainingImages({ targets, classes, splits }: Omit<TaskData, 'store'>): Float64Array {
  const labels = targetsAs(targets, 'class').classes;
  const images = new Float64Array(classes.length);
  for (const i of splits?.train ?? labels.keys()) images[labels[i]]++;
  return images;
}
