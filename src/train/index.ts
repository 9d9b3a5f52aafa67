export * from './types.js';
export * from './fit.js';
export * from './checkpoint.js';
