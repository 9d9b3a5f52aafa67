export { Layer, Module } from './module.js';
export { BatchNorm2d, Conv2d, GroupNorm, Linear, Relu, Sequential } from './layers.js';
export type { Optimiser } from './optimiser.js';
export { Sgd } from './sgd.js';
export { Adam, AdamW } from './adam.js';
export { Constant, Cosine, OneCycle, ReduceOnPlateau, type Schedule } from './schedule.js';
