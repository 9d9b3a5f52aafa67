import type { Size } from '../image/types.js';

// Intermediate images of a sequence take turns in two buffers a thread, so that nothing is allocated
// for them once the buffers have grown to the images' size.
const buffers: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];

/** A buffer for the image after step i; valid until step i + 2. */
export function scratch(i: number, size: Size, channels: number): Uint8Array {
  const length = size.width * size.height * channels;
  const slot = i & 1;
  if (buffers[slot].length < length) buffers[slot] = new Uint8Array(length);
  return buffers[slot];
}
