export { toOnnx, type OnnxOptions } from './onnx/export.js';
export {
  buildModel,
  modelNames,
  type ModelName,
  type ModelSpec,
  type TaskOutputs,
} from './build.js';
export { densenetVariants, type DensenetName, type Stem } from './densenet-features.js';
export { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';
export { loadTrunk, loadWeights, saveWeights, type LoadReport } from './weights.js';
export { readSafetensors, writeSafetensors } from '../tensor/index.js';
export { headOf, saveWithHead, taskRanges, withHead, type TaskRange } from './task-heads.js';
