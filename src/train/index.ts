export * from './types.js';
export * from './fit.js';
export * from './mixed-source.js';
export * from './checkpoint.js';
