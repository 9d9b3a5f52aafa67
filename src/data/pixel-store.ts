import { InternalError } from '../core/index.js';
import type { Image, Size } from '../image/image.js';
import { mapFile } from './cache/file-map.js';

/** Pixels that lie in a file, which every thread maps for itself. */
export interface MappedFile {
  readonly path: string;
}

/** Memory of some of the images. */
export type PixelBuffer = SharedArrayBuffer | MappedFile;

/** What travels to a worker thread; the pixels are shared, not copied. */
export interface PixelStoreHandle {
  /** Of all images, or of the first `perBuffer`. */
  readonly buffer: PixelBuffer;
  /** Of the others, in their order. */
  readonly further?: readonly PixelBuffer[];
  /** Images in each buffer but the last, which may have fewer; default: all in one. */
  readonly perBuffer?: number;
  readonly size: Size;
  readonly channels: 1 | 3;
  readonly count: number;
}

/** A buffer ends at 2^32 bytes in some releases of Node; a read gives 2^31 at most. */
const mostBytes = 2 ** 31 - 2 ** 16;

/** How many images go into one buffer. @param most bytes of a buffer; an image is never divided */
export function imagesPerBuffer(size: Size, channels: 1 | 3, most = mostBytes): number {
  return Math.max(1, Math.floor(most / (size.width * size.height * channels)));
}

/**
 * Decoded images of one size, uint8 `[count, height, width, channels]`, in shared memory or in mapped
 * files, whose memory the system gives and takes. Many large images take several buffers.
 */
export class PixelStore implements PixelStoreHandle {
  readonly buffer: PixelBuffer;
  readonly further?: readonly PixelBuffer[];
  readonly perBuffer: number;
  readonly size: Size;
  readonly channels: 1 | 3;
  readonly count: number;
  /** Bytes an image takes. */
  readonly stride: number;
  private readonly memory: readonly (ArrayBuffer | SharedArrayBuffer)[];

  /** @param memory of the files that `handle` names, where they are mapped already */
  constructor(handle: PixelStoreHandle, memory: readonly ArrayBuffer[] = []) {
    const { buffer, further, size, channels, count, perBuffer = Math.max(1, count) } = handle;
    this.stride = size.width * size.height * channels;
    this.buffer = buffer;
    if (further !== undefined && further.length > 0) this.further = further;
    this.perBuffer = perBuffer;
    this.size = size;
    this.channels = channels;
    this.count = count;
    this.memory = partsOf(count, perBuffer).map((images, part) => {
      const needed = images * this.stride;
      const own = this.buffers[part];
      const there = memory[part] ?? ('path' in own ? mapFile(own.path, needed) : own);
      if (there.byteLength < needed)
        throw new InternalError(
          `PixelStore: ${there.byteLength} bytes for ${images} images of ${this.stride}`,
        );
      return there;
    });
  }

  /** A store of `count` black images. @param most bytes of a buffer */
  static allocate(count: number, size: Size, channels: 1 | 3 = 3, most?: number): PixelStore {
    const perBuffer = imagesPerBuffer(size, channels, most);
    const stride = size.width * size.height * channels;
    const [buffer = new SharedArrayBuffer(0), ...further] = partsOf(count, perBuffer).map(
      (images) => new SharedArrayBuffer(images * stride),
    );
    return new PixelStore({ buffer, further, perBuffer, size, channels, count });
  }

  /** A store of these images, copied. They must be alike. */
  static of(images: readonly Image[]): PixelStore {
    const [{ width, height, channels }] = images;
    const store = PixelStore.allocate(images.length, { width, height }, channels);
    images.forEach((image, i) => store.set(i, image));
    return store;
  }

  /** All buffers, in the order of their images. */
  get buffers(): readonly PixelBuffer[] {
    return [this.buffer, ...(this.further ?? [])];
  }

  /** All pixels, `[count, height, width, channels]`. @throws InternalError where they take several buffers */
  get bytes(): Uint8Array {
    if (this.memory.length > 1)
      throw new InternalError(`PixelStore: ${this.memory.length} buffers in one view`);
    return new Uint8Array(this.memory[0] ?? new ArrayBuffer(0), 0, this.stride * this.count);
  }

  /** The bytes of image `i`, `[height, width, channels]`: a view, not a copy. */
  view(i: number): Uint8Array {
    if (!(i >= 0 && i < this.count))
      throw new InternalError(`PixelStore: image ${i} of ${this.count}`);
    const part = Math.floor(i / this.perBuffer);
    return new Uint8Array(
      this.memory[part],
      (i - part * this.perBuffer) * this.stride,
      this.stride,
    );
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
    const { buffer, further, perBuffer, size, channels, count } = this;
    return { buffer, ...(further && { further }), perBuffer, size, channels, count };
  }

  /** A store of only the images for which `keep` is not 0, in the same order; moves them in place. */
  compact(keep: Uint8Array): PixelStore {
    let next = 0;
    for (let i = 0; i < this.count; i++)
      if (keep[i] !== 0) {
        if (next !== i) this.view(next).set(this.view(i));
        next++;
      }
    const mapped = this.memory.flatMap((own) => (own instanceof ArrayBuffer ? [own] : []));
    const parts = partsOf(next, this.perBuffer).length;
    const further = this.further?.slice(0, Math.max(0, parts - 1));
    return new PixelStore({ ...this.handle(), further, count: next }, mapped);
  }
}

/** How many images lie in each buffer. */
function partsOf(count: number, perBuffer: number): number[] {
  return Array.from({ length: Math.ceil(count / perBuffer) }, (_, part) =>
    Math.min(perBuffer, count - part * perBuffer),
  );
}
