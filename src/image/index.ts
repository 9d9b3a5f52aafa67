export type { Image, Mask, Size } from './types.js';
export * from './decode.js';
export * from './decode-mask.js';
export { IMAGE_EXTENSIONS } from './format.js';
export * from './encode.js';
export * from './resize.js';
export { defaultColours, rgbOf } from './colours.js';
export { sizeText } from './size-text.js';
