import type { LearnInput } from './schema.js';

interface Preset {
  readonly summary: string;
  readonly settings: LearnInput;
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
};

/** Named groups of settings, below the file and the command line. */
export const presets = {
  quick: {
    summary: 'a small residual network and one cycle of SGD; the default',
    settings: {},
  },
  demo: {
    summary: 'what `npm run demo` uses: quick, sized for 2,000 training images and 5 minutes',
    settings: { budget: '5m', batch: 128, judging: { fraction: 0.3, maxDraws: 6 } },
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
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const defaultPreset: PresetName = 'quick';
