export type { Image, Mask, Size } from './types.js';
export { decodeImage, imageExtensions } from './decode.js';
export { decodeMask } from './decode-mask.js';
export { encodeMaskPng, encodePng, writePng } from './encode.js';
export { resizeImage, resizeMask } from './resize.js';
export { sizeText } from './size-text.js';
export { defaultColours } from './colours.js';
