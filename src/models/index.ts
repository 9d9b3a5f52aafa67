export { buildModel, modelNames, type ModelName, type ModelSpec } from './build.js';
export { densenetVariants, type DensenetName, type Stem } from './densenet.js';
export { TwoHeaded, type TwoHeadedOutput } from './two-headed.js';
export { loadWeights, saveWeights, type LoadReport } from './weights.js';
export { readSafetensors, writeSafetensors } from '../tensor/index.js';
