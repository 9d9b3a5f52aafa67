export * from './types.js';
export * from './evaluation.js';
export * from './classification.js';
export * from './fit.js';
export * from './checkpoint.js';
