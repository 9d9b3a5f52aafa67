// The files of a run folder: what pipelines write and reports and other programs read.
export * from './results/class-figure.js';
export * from './results/selection.js';
export * from './results/several.js';
export * from './results/events.js';
export * from './results/interrupted.js';
export * from './results/manifest.js';
export * from './results/policy.js';
export * from './results/samples.js';
export * from './results/training.js';
export * from './results/comparison.js';
export * from './results/read.js';
