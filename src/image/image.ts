/** Height and width in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An 8-bit image: `data` is `[height, width, channels]`, row-major, channels interleaved (RGB). */
export interface Image extends Size {
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** A label image: `data` is `[height, width]`, class indices 0 to 255. */
export interface Mask extends Size {
  readonly data: Uint8Array;
}
