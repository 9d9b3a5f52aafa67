import type { Size } from './image.js';

/** A size in words, height first as in `--size`: `48x64` is 48 pixels high and 64 wide. */
export function sizeText({ height, width }: Size): string {
  return `${height}x${width}`;
}
