import { fifteen } from './augmentations.js';
import type { LearnInput } from './learn-settings.js';

export interface Preset {
  readonly summary: string;
  readonly settings: LearnInput;
  /** For joint learning alone: `learn`. */
  readonly joint?: LearnInput;
}

/**
 * Chapter 5.2.1: DenseNet-121, SGD, reduce on plateau, early stopping, a subset a batch. The crops'
 * defaults are the thesis's: 25/32 of the sides, which is 7 pixels less at 32 and 14 less at 64.
 */
const thesisClassification: LearnInput = {
  model: { name: 'densenet121', stem: 'imagenet' },
  optimiser: { name: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 5e-4 },
  schedule: { name: 'plateau', factor: 0.1, patience: 10 },
  earlyStopping: { patience: 20 },
  batch: 256,
  epochs: 500,
  budget: null,
  granularity: 'batch',
  // They are all alike.
  size: null,
};

/**
 * Chapter 5.3.1: a Feature Pyramid Network on DenseNet-121, Adam, windows of 512 pixels cut from the full image, and
 * every image resized to 256; all but RandomSizedCrop.
 */
const thesisSegmentation: LearnInput = {
  model: { name: 'densenet121', stem: 'imagenet' },
  optimiser: { name: 'adam', lr: 1e-4 },
  schedule: { name: 'plateau', factor: 0.5, patience: 7 },
  earlyStopping: { patience: 15 },
  batch: 16,
  epochs: 200,
  budget: null,
  granularity: 'batch',
  size: { height: 256, width: 256 },
  crops: 'full',
  augmentations: fifteen
    .filter((name) => name !== 'RandomSizedCrop')
    .map((name) =>
      name === 'RandomCrop' || name === 'CenterCrop'
        ? { name, options: { height: 512, width: 512 } }
        : { name },
    ),
};

/**
 * For runs of minutes, of any command: AdamW, which comes further in few epochs than SGD at 0.1 on the small network and much
 * further on DenseNets (docs/decisions/045-optimiser.md). Group norm in the head of a segmentation network needs it (050).
 */
const short = {
  optimiser: { name: 'adamw', lr: 0.003, weightDecay: 0.01 },
} as const satisfies LearnInput;

/** Few images judged leave much undecided: a share as in the planted runs. */
const shortJudging = { judging: { fraction: 0.3, maxDraws: 6 } } as const satisfies LearnInput;

/** Named groups of settings, below the file and the command line. */
export const presets = {
  quick: {
    summary: 'one cycle of AdamW or SGD, whichever suits network, images and epochs; the default',
    settings: { optimiser: { name: 'auto' } },
    joint: shortJudging,
  },
  demo: {
    summary: 'used by `npm run demo`: quick, for 2,000 training images and 5 minutes',
    settings: { ...short, ...shortJudging, budget: '5m', batch: 128 },
  },
  'thesis-cifar10': {
    summary: 'chapter 5 of the thesis for CIFAR-10',
    settings: thesisClassification,
  },
  'thesis-cifar100': {
    summary: 'chapter 5 of the thesis for CIFAR-100',
    settings: thesisClassification,
  },
  'thesis-svhn': { summary: 'chapter 5 of the thesis for SVHN', settings: thesisClassification },
  'thesis-tiny-imagenet': {
    summary: 'chapter 5 of the thesis for Tiny ImageNet',
    settings: thesisClassification,
  },
  segmentation: {
    summary: 'quick for images with masks; the default for them',
    settings: { optimiser: { name: 'auto' } },
    joint: shortJudging,
  },
  'demo-segmentation': {
    summary:
      'used by `npm run demo:segmentation`: segmentation, for 120 training images and 6 minutes',
    settings: { ...short, batch: 16, budget: '6m', judging: { maxDraws: 3 } },
  },
  'thesis-cityscapes': {
    summary: 'chapter 5.3 of the thesis for Cityscapes',
    settings: thesisSegmentation,
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const defaultPreset: PresetName = 'quick';
