import { InternalError } from '../core/index.js';
import type { Image, Size } from '../image/types.js';
import { mapFile } from './cache/file-map.js';

/** Pixels that lie in a file, which every thread maps for itself. */
export interface MappedFile {
  readonly path: string;
}

/** What travels to a worker thread; the pixels are shared, not copied. */
export interface PixelStoreHandle {
  readonly buffer: SharedArrayBuffer | MappedFile;
  readonly size: Size;
  readonly channels: 1 | 3;
  readonly count: number;
}

/**
 * Decoded images of one size, uint8 `[count, height, width, channels]`, in shared memory or in a mapped
 * file, whose memory the system gives and takes.
 */
export class PixelStore implements PixelStoreHandle {
  readonly buffer: SharedArrayBuffer | MappedFile;
  readonly size: Size;
  readonly channels: 1 | 3;
  readonly count: number;
  /** Bytes an image takes. */
  readonly stride: number;
  /** All pixels, `[count, height, width, channels]`. */
  readonly bytes: Uint8Array;

  /** @param memory of the file that `handle` names, where it is mapped already */
  constructor(handle: PixelStoreHandle, memory?: ArrayBuffer) {
    const { buffer, size, channels, count } = handle;
    this.stride = size.width * size.height * channels;
    const needed = this.stride * count;
    const there = memory ?? ('path' in buffer ? mapFile(buffer.path, needed) : buffer);
    if (there.byteLength < needed)
      throw new InternalError(
        `PixelStore: ${there.byteLength} bytes for ${count} images of ${this.stride}`,
      );
    this.buffer = buffer;
    this.size = size;
    this.channels = channels;
    this.count = count;
    this.bytes = new Uint8Array(there, 0, needed);
  }

  /** A store of `count` black images. */
  static allocate(count: number, size: Size, channels: 1 | 3 = 3): PixelStore {
    const buffer = new SharedArrayBuffer(count * size.width * size.height * channels);
    return new PixelStore({ buffer, size, channels, count });
  }

  /** A store of these images, copied. They must be alike. */
  static of(images: readonly Image[]): PixelStore {
    const [{ width, height, channels }] = images;
    const store = PixelStore.allocate(images.length, { width, height }, channels);
    images.forEach((image, i) => store.set(i, image));
    return store;
  }

  /** The bytes of image `i`, `[height, width, channels]`: a view, not a copy. */
  view(i: number): Uint8Array {
    if (!(i >= 0 && i < this.count))
      throw new InternalError(`PixelStore: image ${i} of ${this.count}`);
    return new Uint8Array(this.bytes.buffer, i * this.stride, this.stride);
  }

  /** Image `i` over the shared bytes: a view, not a copy; not to be written to. */
  image(i: number): Image {
    return { ...this.size, channels: this.channels, data: this.view(i) };
  }

  set(i: number, image: Image): void {
    if (image.data.length !== this.stride)
      throw new InternalError(
        `PixelStore: an image of ${image.data.length} bytes, expected ${this.stride}`,
      );
    this.view(i).set(image.data);
  }

  /** The plain object for `postMessage`. */
  handle(): PixelStoreHandle {
    const { buffer, size, channels, count } = this;
    return { buffer, size, channels, count };
  }

  /** A store of only the images for which `keep` is not 0, in the same order; moves them in place. */
  compact(keep: Uint8Array): PixelStore {
    let next = 0;
    for (let i = 0; i < this.count; i++)
      if (keep[i] !== 0) {
        if (next !== i)
          this.bytes.copyWithin(next * this.stride, i * this.stride, (i + 1) * this.stride);
        next++;
      }
    const { buffer } = this.bytes;
    const memory = buffer instanceof ArrayBuffer ? buffer : undefined;
    return new PixelStore({ ...this.handle(), count: next }, memory);
  }
}
