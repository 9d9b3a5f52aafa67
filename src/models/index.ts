export {
  buildModel,
  defaultWidth,
  modelNames,
  networkFor,
  photographSide,
  stemFor,
  type ModelName,
  type ModelSpec,
  type TaskOutputs,
} from './build.js';
export type { Network } from './network.js';
export { networks } from './networks/index.js';
export { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';
export { namedFile, requireSafetensors, startOf, type Start } from './pretrained.js';
export { loadTrunk, loadWeights, saveWeights, type TrunkReport } from './weights.js';
export { headOf, saveWithHead, taskRanges, withHead, type TaskRange } from './task-heads.js';
export { toOnnx } from './onnx/write-onnx.js';
