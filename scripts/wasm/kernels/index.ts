export { copyRows, flipRows3 } from './copy';
export { transpose3 } from './transpose';
export { addSaturated, separable, lookUp, grayRgb } from './values';
export { warpLinear3 } from './warp';
export { resize3 } from './resize';
export { boxBlur } from './blur';
export { addNormal } from './noise';
export { gammaTable } from './gamma';
export { labForward, labBackward, claheTables, clahePositions, claheBlend } from './clahe';
