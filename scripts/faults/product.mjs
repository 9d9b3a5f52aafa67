// The only file of these tests that imports the product: what they call of it in their own process.
export {
  applySteps,
  buildReport,
  createLoader,
  decodeImage,
  downloadDataset,
  drawPolicy,
  exportPolicy,
  fromAlbumentations,
  learn,
  openDataset,
  parsePolicy,
  predict,
  readCompareConfig,
  readEvents,
  readLearnConfig,
  readTrainConfig,
  resolveCompareConfig,
  resolveLearnConfig,
  resolveTrainConfig,
  train,
} from '../../dist/src/index.js';
export { decodeMask } from '../../dist/src/image/index.js';
export { liveTensors, readSafetensors, scope } from '../../dist/src/tensor/index.js';
export { phaseNames } from '../../dist/src/run/files/index.js';
