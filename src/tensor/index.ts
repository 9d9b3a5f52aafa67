export { TensorError } from './error.js';
export { Tensor, type Device, type Dtype } from './tensor.js';
export { freeAll, keep, liveTensors, scope } from './scope.js';
export {
  fromBigInt64,
  fromFloat32,
  fromInt64,
  fromUint8,
  full,
  imageBatch,
  ones,
  randn,
  uniform,
  zeros,
  zerosLike,
} from './operators/create.js';
export {
  abs,
  add,
  add_,
  argmax,
  asDtype,
  cat,
  channelsLast,
  clamp,
  clone,
  contiguous,
  copy_,
  detach,
  div,
  eq,
  exp,
  expand,
  flatten,
  greater,
  indexSelect,
  less,
  log,
  matmul,
  max,
  maxWithIndex,
  mean,
  mul,
  mul_,
  narrow,
  neg,
  permute,
  pow,
  relu,
  reshape,
  sigmoid,
  sqrt,
  stack,
  sub,
  sum,
  toDevice,
  toDtype,
  topk,
  where,
} from './operators/math.js';
export {
  adaptiveAvgPool2d,
  avgPool2d,
  batchNorm,
  conv2d,
  dropout,
  groupNorm,
  interpolate,
  linear,
  logSoftmax,
  maxPool2d,
  softmax,
  type ConvOptions,
} from './operators/neural.js';
export {
  canFuse,
  canFuseJudging,
  canFuseNorms,
  denseBlock,
  denseBlockJudging,
  normRelu,
  normReluJudging,
  setFusion,
  spatialMoments,
} from './operators/fused.js';
export { bceWithLogits, crossEntropy } from './operators/losses.js';
export { backward, gradOf, noGrad, zeroGrad } from './gradients.js';
export { adamStep, follow, moveParameter, sgdStep } from './operators/updates.js';
export {
  averageGradients,
  backwardTogether,
  canJoinProcesses,
  connectProcesses,
  joinProcesses,
  leaveProcesses,
  lostProcess,
  ProcessLost,
  quitProcess,
  setNormsTogether,
  spreadTensors,
  tellProcesses,
  toldProcesses,
  type Meeting,
} from './processes.js';
export {
  builtEngines,
  chooseEngine,
  type ChosenEngine,
  type EngineOrigin,
  type EnginePlaces,
  type Stamp,
} from './engine/choose-engine.js';
export {
  buildCommand,
  engineCommand,
  glibcVersion,
  installCommand,
  mendPackageCommand,
} from './engine/engine-commands.js';
export { itemLater, later } from './later.js';
export { handleOf, trace, type TracedOp } from './trace.js';
export { needShape } from './op.js';
export {
  availableDevices,
  defaultThreads,
  engineInfo,
  getThreads,
  manualSeed,
  releaseMemory,
  resolveDevice,
  setConvolutionSearch,
  setThreads,
  synchronise,
  type EngineInfo,
} from './runtime.js';
export { hasBfloat16, multipliesBfloat16, resolvePrecision, type Precision } from './precision.js';
export { readSafetensors, writeSafetensors } from './safetensors.js';
