import type { LearnInput } from './schema.js';
import { fifteen } from './augmentations.js';

interface Preset {
  readonly summary: string;
  readonly settings: LearnInput;
}

/** The thesis's crops at one image size: `shrink` pixels less than the image on each axis. */
function crops(side: number, shrink: number): LearnInput['augmentations'] {
  const window = { height: side - shrink, width: side - shrink };
  return fifteen.map((name) => {
    if (name === 'RandomCrop' || name === 'CenterCrop') return { name, options: window };
    return { name };
  });
}

/** Chapter 5.2.1: DenseNet-121, SGD, reduce on plateau, early stopping, a subset a batch. */
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

const thesis32: LearnInput = { ...thesisClassification, augmentations: crops(32, 7) };
const thesis64: LearnInput = { ...thesisClassification, augmentations: crops(64, 14) };

/** Named groups of settings, below the file and the command line. */
export const presets = {
  quick: {
    summary: 'a small residual network and one cycle of SGD; the default',
    settings: {},
  },
  demo: {
    summary: 'what `npm run demo` uses: quick, sized for 2,000 training images and 10 minutes',
    settings: { budget: '8m', batch: 128 },
  },
  'thesis-cifar10': { summary: 'chapter 5 of the thesis for CIFAR-10', settings: thesis32 },
  'thesis-cifar100': { summary: 'chapter 5 of the thesis for CIFAR-100', settings: thesis32 },
  'thesis-svhn': { summary: 'chapter 5 of the thesis for SVHN', settings: thesis32 },
  'thesis-tiny-imagenet': {
    summary: 'chapter 5 of the thesis for Tiny ImageNet',
    settings: thesis64,
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const defaultPreset: PresetName = 'quick';
