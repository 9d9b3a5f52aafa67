import type { Size } from './types.js';

/** A size for people, as `--size` takes it: HEIGHTxWIDTH, such as `48x64`. */
export function sizeText({ height, width }: Size): string {
  return `${height}x${width}`;
}
