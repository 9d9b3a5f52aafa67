import type { LearnConfig } from '../config/index.js';
import type { ImageSizes } from '../data/index.js';
import type { FittedSize, Size } from '../image/index.js';
import type { ModelName, TaskOutputs } from '../models/index.js';

/** What a working size follows from. */
export interface SizeQuestion {
  readonly sizes: ImageSizes;
  /** Masks keep the aspect ratio of their images; images with a class become squares, unless they are long. */
  readonly outputs: TaskOutputs;
  /** How often training can go over the images where each has so many pixels; undefined: nothing bounds it. */
  readonly passes?: (pixels: number) => number;
  /** Networks that share that time. Sizes beyond the usual one must leave enough to each. Default 1. */
  readonly trainings?: number;
}

/** Images of one size with at most as many pixels keep it: thumbnails. */
const thumbnail = 64 * 64;
/** From this side on, sides are multiples of what the networks' strides come to. */
const photograph = 64;
const stride = 32;
/** Sides of smaller images are multiples of this. */
const smallStep = 8;
const smallestSide = 16;

/** The shorter side that pre-trained networks need to recognise photographs well (decision 066). */
const usualSide = 160;
/** What the budget may come down to. */
const leastSide = 96;
const mostSide: Readonly<Record<TaskOutputs, number>> = { image: 224, pixel: 256 };
/** Passes over the images that there must be time for: up to the usual side, and beyond. */
const leastPasses = 10;
const plentyOfPasses = 60;

/** A class is still seen in an image that was enlarged a little; a mask would gain nothing. */
const enlarging: Readonly<Record<TaskOutputs, number>> = { image: 1.25, pixel: 1 };
/** Images that are longer than this would lose half of themselves in a square. */
const longAspect = 2;
/** Where a quarter of the images is this much wider than high, and a quarter as much higher, neither aspect suits all. */
const turned = 1.1;

/**
 * The size at which images are worked on, and how they come to it: thumbnails of one size keep it; otherwise squares, or with
 * masks the images' own aspect ratio, as large as the images and the time allow (decision 066).
 */
export function workingSize(question: SizeQuestion): FittedSize {
  const { sizes, outputs, passes, trainings = 1 } = question;
  const { alike, largest, shorter } = sizes;
  const { width, height } = largest;
  if (alike && width * height <= thumbnail) return { width, height };
  const aspect = aspectFor(sizes, outputs);
  const most = shorter * enlarging[outputs];
  if (most < photograph) {
    const side = Math.max(smallestSide, smallStep * Math.round(shorter / smallStep));
    return { ...shaped(side, aspect, smallStep), fit: 'crop' };
  }
  const isAffordable = (side: number): boolean => {
    if (side <= leastSide) return true;
    if (passes === undefined) return side <= usualSide;
    const size = shaped(side, aspect, stride);
    const needed = side <= usualSide ? leastPasses : trainings * plentyOfPasses;
    return passes(size.width * size.height) >= needed;
  };
  let best = photograph;
  for (let side = photograph; side <= Math.min(most, mostSide[outputs]); side += stride)
    if (isAffordable(side)) best = side;
  return { ...shaped(best, aspect, stride), fit: 'crop' };
}

/** Height by width of the working size. */
function aspectFor({ aspect, longer, shorter }: ImageSizes, outputs: TaskOutputs): number {
  const [low, middle, high] = aspect;
  const areMixed = low < 1 / turned && high > turned;
  const keepsIt = outputs === 'pixel' || longer > longAspect * shorter;
  return keepsIt && !areMixed ? middle : 1;
}

/** The size with this shorter side and, nearly, this aspect: both sides are multiples of `step`. */
function shaped(side: number, aspect: number, step: number): Size {
  const long = Math.max(side, step * Math.round((side * Math.max(aspect, 1 / aspect)) / step));
  return aspect > 1 ? { width: side, height: long } : { width: long, height: side };
}

/** Pixels of training a second on two cores of an AMD EPYC, where measured (decision 066); others as the slowest of them. */
const speeds: Partial<Readonly<Record<ModelName, number>>> = {
  'efficientnet-lite0': 1.2e6,
  resnet18: 8e5,
  densenet121: 5e5,
};
const usualSpeed = 3e5;
/** A Feature Pyramid Network has this share of its trunk's speed. */
const pyramidShare = 0.55;
/** A GPU takes about so many times the pixels. */
const onGpu = 30;

/** Of a budget, what training may take; judging and the rest take the other half. */
const trainingShare = 0.5;
/** Of the images, those that are trained on. */
const trainedShare = 0.6;

/** What a budget must cover. */
interface Cost {
  /** Seconds; null: no limit. */
  readonly budget: LearnConfig['budget'];
  /** Of the data. */
  readonly images: number;
  readonly network: ModelName;
  readonly outputs: TaskOutputs;
  readonly device: LearnConfig['device'];
}

/**
 * How often training can go over the images in the budget, by a table of speeds: nothing is measured. For `passes` of
 * `workingSize`.
 */
export function passesIn({
  budget,
  images,
  network,
  outputs,
  device,
}: Cost): SizeQuestion['passes'] {
  if (budget === null) return undefined;
  const onCpu = (speeds[network] ?? usualSpeed) * (outputs === 'pixel' ? pyramidShare : 1);
  const speed = device === 'cpu' ? onCpu : onCpu * onGpu;
  return (pixels) => (budget * trainingShare * speed) / (images * trainedShare * pixels);
}
