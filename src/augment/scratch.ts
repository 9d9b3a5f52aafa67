import type { Size } from '../image/image.js';
import { allocateBuffer, freeBuffer } from './wasm/memory.js';

// Intermediate images of a sequence take turns in two buffers a thread, where the kernels work in place;
// nothing is allocated for them once the buffers have grown to the images' size.
const buffers: (Uint8Array | undefined)[] = [];

/** One of two buffers, for an image of this size; valid until the same one is asked for again. */
export function scratch(slot: 0 | 1, size: Size, channels: number): Uint8Array {
  const length = size.width * size.height * channels;
  const held = buffers[slot];
  if (held !== undefined && held.length >= length) return held;
  if (held !== undefined) freeBuffer(held);
  return (buffers[slot] = allocateBuffer(length));
}
