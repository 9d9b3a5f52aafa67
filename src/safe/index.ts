export * from './controls.js';
export * from './delta.js';
export * from './joint.js';
export * from './judge.js';
export * from './judging.js';
export * from './labels.js';
export * from './measure.js';
export * from './verdict.js';
