export type { Image, Mask, Size } from './image.js';
export { decodeImage, loadImage, type ImageNote, type LoadedImage } from './decode.js';
export { convertRemedy, looksLikeImage, readFormats, unreadImageFormat } from './format.js';
export { decodeMask, loadMaskFile, type LoadedMask } from './decode-mask.js';
export { encodeMaskPng, encodePng, writePng } from './encode.js';
export { resizeImage, resizeMask } from './resize.js';
export { settleSharp } from './settle-sharp.js';
export { sizeText } from './size-text.js';
export { defaultColours } from './colours.js';
