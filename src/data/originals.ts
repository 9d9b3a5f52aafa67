import { InternalError } from '../core/index.js';
import { decodeImage } from '../image/index.js';
import type { Image, Mask, Size } from '../image/image.js';
import { loadMask } from './masks.js';
import type { ImageFile } from './listing.js';

/** What travels to a worker thread: the files of the images, in their order, and their full sizes. */
export interface OriginalsHandle {
  readonly files: readonly ImageFile[];
  /** `[2 * count]`, width and height of each. */
  readonly sizes: Uint32Array;
}

/** The images as they are in their files, decoded again each time they are needed. */
export class Originals {
  constructor(private readonly handle: OriginalsHandle) {}

  /** Full size of image `i`, without decoding it. */
  sizeOf(i: number): Size {
    const { sizes } = this.handle;
    return { width: sizes[2 * i], height: sizes[2 * i + 1] };
  }

  image(i: number): Promise<Image> {
    return decodeImage(this.handle.files[i].image);
  }

  /** In the size of its image. */
  mask(i: number): Promise<Mask> {
    const { mask } = this.handle.files[i];
    if (mask === undefined) throw new InternalError(`Originals: image ${i} has no mask`);
    return loadMask(mask.path, mask, this.sizeOf(i));
  }
}
