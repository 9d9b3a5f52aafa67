export * from './accuracy.js';
export * from './auc.js';
export * from './groups.js';
export * from './holm.js';
export * from './interval.js';
export * from './mcnemar.js';
export * from './normal.js';
export * from './youden.js';
