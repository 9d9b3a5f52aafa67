// The settings of every command, where they come from, and the page that lists them.
export {
  learnSchema,
  type DataSetConfig,
  type LearnConfig,
  type LearnInput,
} from './learn-settings.js';
export { mostFolds } from './learn-settings.js';
export {
  learnedPolicies,
  policyNames,
  type LearnedPolicy,
  type TrainConfig,
  type TrainInput,
} from './train-settings.js';
export { defaultArms, type CompareConfig, type CompareInput } from './compare-settings.js';
export {
  settleTraining,
  usualTraining,
  type OpenTraining,
  type SettledTraining,
  type TrainingCase,
  type WithTraining,
} from './usual-training.js';
export { augmentationSets, fifteen, transformSpecSchema } from './augmentations.js';
export { knownNames } from './describe.js';
export { presets, type PresetName } from './presets.js';
export type { ModelConfig } from './training.js';
export {
  growCompareConfig,
  mergeSettings,
  compareSettings,
  dataFolder,
  dataName,
  learnSettings,
  readCompareConfig,
  readConfig,
  readLearnConfig,
  readTrainConfig,
  resolveCompareConfig,
  resolveConfig,
  resolveLearnConfig,
  resolveTrainConfig,
  trainSettings,
  type CommandSettings,
  type LearnSources,
} from './resolve.js';
export { checkGiven } from './problems.js';
export { readSettings } from './read-settings.js';
export { describeConfig } from './describe.js';
