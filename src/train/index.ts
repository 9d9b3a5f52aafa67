export * from './types.js';
export * from './segmentation.js';
export * from './segmentation-head.js';
export * from './task-head.js';
export * from './evaluation.js';
export * from './classification.js';
export * from './fit.js';
export * from './checkpoint.js';
