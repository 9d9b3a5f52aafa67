export {
  buildModel,
  defaultWidth,
  modelNames,
  stemFor,
  type ModelName,
  type ModelSpec,
  type TaskOutputs,
} from './build.js';
export type { Network } from './network.js';
export { networks } from './networks/index.js';
export { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';
export { loadTrunk, loadWeights, saveWeights } from './weights.js';
export { headOf, saveWithHead, taskRanges, withHead, type TaskRange } from './task-heads.js';
export { toOnnx } from './onnx/write-onnx.js';
