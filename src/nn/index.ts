export { Module, Layer } from './module.js';
export * from './layers.js';
export * from './init.js';
export {
  withoutDecayOnNorms,
  type Optimiser,
  type ParameterGroup,
  type Parameters,
} from './optimiser.js';
export * from './sgd.js';
export * from './adam.js';
export * from './schedule.js';
export { bceWithLogits, crossEntropy } from '../tensor/index.js';
