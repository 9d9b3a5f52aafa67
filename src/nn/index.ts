export { Layer, Module } from './module.js';
export { BatchNorm2d, Conv2d, GroupNorm, Linear, Relu, Sequential } from './layers.js';
export { DepthwiseConv2d } from './depthwise.js';
export type { Optimiser, ParameterRule, RuleOf } from './optimiser.js';
export { Sgd } from './sgd.js';
export { Adam, AdamW } from './adam.js';
export { decayAt, WeightAverage, type AverageOptions } from './average.js';
export { Constant, Cosine, OneCycle, ReduceOnPlateau, type Schedule } from './schedule.js';
