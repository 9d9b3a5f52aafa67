// The files of a run folder: what commands write, and reports and other programs read.
export {
  checkpointFolder,
  commandOf,
  nothingToResume,
  readEvents,
  readRunFile,
  requireLearned,
  runFiles,
  setsFolder,
  setsIn,
  type RunFile,
} from './read.js';
export { refuseRunFiles } from './refuse-run-files.js';
export {
  comparisonManifestSchema,
  manifestSchema,
  startedManifestSchema,
  planSchema,
  recipeSchema,
  trainingManifestSchema,
  type ComparisonPlan,
  type Manifest,
  type ManifestData,
  type Plan,
  type ComparisonManifest,
  type StartedManifest,
} from './manifest-file.js';
export {
  epochFigures,
  eventLineSchema,
  phaseNames,
  type EpochMetrics,
  type EventLine,
  type Phase,
  type RunEvent,
  type RunEventOf,
  type RunHooks,
} from './events-file.js';
export { epochTable } from './epoch-table.js';
export {
  halfKnown,
  paddingOf,
  selectionSchema,
  type AugmentationResult,
  type GradeName,
  type Conflict,
  type ControlResult,
  type Interval,
  type PairResult,
  type Selection,
  type Strength,
  type Verdict,
} from './selection-file.js';
export { setsResultSchema, type SetsResult } from './sets-file.js';
export {
  isLearnedSet,
  learnedSetsIn,
  longFrom,
  policyFileSchema,
  recommendedAt,
  setIn,
  subsetPolicySchema,
  type PolicyFile,
  type Recommended,
  type SubsetPolicy,
} from './policy-file.js';
export { exportablePolicy } from './exportable-policy.js';
export { samplesSchema, type Samples, type Sheet } from './samples-file.js';
export { trainingResultSchema, type Figure, type TrainingResult } from './results-file.js';
export type { ClassFigure, LabelFigure } from './class-figure.js';
export {
  comparisonSchema,
  type ArmResult,
  type ArmRun,
  type Comparison,
  type ArmDifference,
  type Payoff,
} from './comparison-file.js';
