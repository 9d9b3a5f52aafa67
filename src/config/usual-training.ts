import type { ModelName } from '../models/index.js';
import type { AveragingConfig, OptimiserConfig, PretrainedConfig } from './training.js';

// What `auto` stands for in the settings of a training: every figure is here (docs/decisions/063-recipes.md).

/** An optimiser with every figure. */
export type SettledOptimiser = Exclude<OptimiserConfig, { name: 'auto' }>;

/** The settings of a training that `auto` may leave open, settled. */
export interface SettledTraining {
  readonly optimiser: SettledOptimiser;
  readonly pretrained: {
    readonly [K in keyof PretrainedConfig]: Exclude<PretrainedConfig[K], 'auto'>;
  };
  readonly averaging: Exclude<AveragingConfig, 'auto'>;
  readonly labelSmoothing: number;
}

/** Settings with those of the training settled. */
export type WithTraining<C> = Omit<C, keyof SettledTraining> & SettledTraining;

/** The same settings as they are given. */
export interface OpenTraining {
  readonly optimiser: OptimiserConfig;
  readonly pretrained: PretrainedConfig;
  readonly averaging: AveragingConfig;
  readonly labelSmoothing: number | 'auto';
}

/** What the choice depends on. */
export interface TrainingCase {
  /** `learn` trains two heads; `train` and `compare` the task's alone. */
  readonly heads: 'both' | 'task';
  readonly network: ModelName;
  /** Whether the trunk starts from weights. */
  readonly pretrained: boolean;
  /** Whether an image has one class; otherwise masks or several labels. */
  readonly oneClass: boolean;
  /** That are trained on. */
  readonly images: number;
  /** Null: not known yet. */
  readonly epochs: number | null;
}

/** What a training uses where nothing is said. */
export interface UsualTraining extends SettledTraining {
  /** Images a step, where there are enough; null: as many as `batchFor` says. */
  readonly batch: number | null;
}

const off = {
  labelSmoothing: 0,
  averaging: null,
  pretrained: { headFactor: 1, headsFirst: 0, frozenStages: 0, norms: 'trained' },
} as const;

/**
 * For short runs, deep networks, joint learning from scratch, and masks, also from weights: lower rates are behind there
 * (decisions 031, 045, 050, 076).
 */
const adamw = {
  ...off,
  optimiser: {
    ...{ name: 'adamw', lr: 0.003, weightDecay: 0.01, decayed: 'all' },
    ...{ beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  },
  batch: null,
} as const satisfies UsualTraining;

/** From scratch, at length. */
const fromScratch: UsualTraining = {
  ...off,
  optimiser: {
    ...{ name: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 2e-3, nesterov: false },
    decayed: 'all',
  },
  batch: 128,
};

/** For a trunk that starts from weights, a class an image: its own norms, a low rate, and a higher one for the new heads. */
const fineTuning: UsualTraining = {
  ...adamw,
  optimiser: { ...adamw.optimiser, lr: 2e-4 },
  pretrained: { headFactor: 4, headsFirst: 0, frozenStages: 0, norms: 'frozen' },
  batch: 32,
};

/**
 * The same for two heads, which learn faster. At 5e-4 the task broke down to guessing in one of two runs, while recognition was
 * learned.
 */
const jointFineTuning: UsualTraining = {
  ...fineTuning,
  pretrained: { ...fineTuning.pretrained, headFactor: 10 },
};

/** Frozen, the first stages save more than a third of a step, and losses of joint learning are alike (docs/decisions/088-frozen-stages.md). */
const jointFrozenStages: Partial<Readonly<Record<ModelName, number>>> = { 'efficientnet-lite0': 3 };

/**
 * From so many images on, seen in all epochs together, SGD is ahead of AdamW: it is by far at 270,000 (9,000 images,
 * 30 epochs), and not at 90,000.
 */
const longFrom = 200_000;

/** What suits a case. */
export function usualTraining(of: TrainingCase): UsualTraining {
  if (of.pretrained && of.oneClass) return of.heads === 'both' ? joint(of.network) : fineTuning;
  const seen = of.images * (of.epochs ?? 0);
  const isThumbnails = of.network === 'resnet-small' && of.oneClass;
  return of.heads === 'task' && isThumbnails && seen >= longFrom ? fromScratch : adamw;
}

function joint(network: ModelName): UsualTraining {
  const frozenStages = jointFrozenStages[network] ?? 0;
  return { ...jointFineTuning, pretrained: { ...jointFineTuning.pretrained, frozenStages } };
}

/** Settings with what suits the case in every place that is left open. */
export function settleTraining<C extends OpenTraining>(
  config: C,
  of: TrainingCase,
): WithTraining<C> {
  const usual = usualTraining(of);
  const { optimiser, pretrained, averaging, labelSmoothing } = config;
  return {
    ...config,
    optimiser: settleOptimiser(optimiser, usual),
    pretrained: {
      headFactor: or(pretrained.headFactor, usual.pretrained.headFactor),
      headsFirst: or(pretrained.headsFirst, usual.pretrained.headsFirst),
      frozenStages: or(pretrained.frozenStages, usual.pretrained.frozenStages),
      norms: or(pretrained.norms, usual.pretrained.norms),
    },
    averaging: or(averaging, usual.averaging),
    labelSmoothing: or(labelSmoothing, usual.labelSmoothing),
  };
}

function settleOptimiser(given: OptimiserConfig, usual: UsualTraining): SettledOptimiser {
  if (given.name !== 'auto') return given;
  const { lr, weightDecay, decayed } = usual.optimiser;
  return {
    ...usual.optimiser,
    lr: given.lr ?? lr,
    weightDecay: given.weightDecay ?? weightDecay,
    decayed: given.decayed ?? decayed,
  };
}

function or<T>(given: T | 'auto', usual: T): T {
  return given === 'auto' ? usual : given;
}
