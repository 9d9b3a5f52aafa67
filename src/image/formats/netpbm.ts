import type { Size } from '../image.js';

/** The values of a PPM or PGM, `[height, width, channels]`, 0 to `highest`. */
export interface PnmPixels extends Size {
  readonly data: Uint8Array | Uint16Array;
  readonly channels: 1 | 3;
  /** The value that stands for white, by the header. */
  readonly highest: number;
}

interface PnmHeader extends Size {
  /** 2 and 3: numbers as text, grey and RGB; 5 and 6: bytes. */
  readonly form: number;
  readonly highest: number;
  readonly pixelsAt: number;
}

/** Size in the header of a PPM or PGM. @throws RangeError where the file ends before */
export function pnmSize(file: Buffer): Size | undefined {
  try {
    const { width, height } = readHeader(file);
    return { width, height };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}

/**
 * Decodes a PGM or PPM, as text (P2, P3) or bytes (P5, P6), with comments; above 255 two bytes each, the upper first. Of
 * several images in a file the first is taken.
 *
 * @throws Error that says what is wrong; RangeError where the file ends before
 * Source: Netpbm, the manual pages of the formats ppm and pgm.
 */
export function decodePnm(file: Buffer): PnmPixels {
  const { form, width, height, highest, pixelsAt } = readHeader(file);
  const channels = form % 3 === 0 ? 3 : 1;
  const count = width * height * channels;
  const isText = form < 4;
  const bytes = highest > 255 ? 2 : 1;
  // A number and a space each, but for the last.
  const needed = pixelsAt + (isText ? 2 * count - 1 : bytes * count);
  if (file.length < needed)
    throw new RangeError(`${file.length} bytes instead of ${isText ? 'at least ' : ''}${needed}`);
  const data = bytes === 2 ? new Uint16Array(count) : new Uint8Array(count);
  const text = isText ? new TextReader(file, pixelsAt) : undefined;
  for (let i = 0; i < count; i++) {
    const value = text
      ? text.number()
      : bytes === 2
        ? file.readUInt16BE(pixelsAt + 2 * i)
        : file[pixelsAt + i];
    if (value > highest) throw new Error(`a value of ${value} where ${highest} is the highest`);
    data[i] = value;
  }
  return { width, height, channels, highest, data };
}

function readHeader(file: Buffer): PnmHeader {
  const form = file.readUInt8(1) - 0x30;
  const reader = new TextReader(file, 2);
  const width = reader.number();
  const height = reader.number();
  const highest = reader.number();
  if (width === 0 || height === 0) throw new Error('a size of 0');
  if (highest === 0 || highest > 65_535) throw new Error(`${highest} as the highest value`);
  // Exactly one space ends the header.
  return { form, width, height, highest, pixelsAt: reader.at + 1 };
}

const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
/** Larger numbers are none of a picture's. */
const mostNumber = 2 ** 31;

/** Reads whole numbers between spaces and comments. */
class TextReader {
  constructor(
    private readonly file: Buffer,
    public at: number,
  ) {}

  number(): number {
    for (;;) {
      const byte = this.file.readUInt8(this.at);
      if (byte === 0x23) while (this.file.readUInt8(this.at) !== 0x0a) this.at++;
      else if (!isSpace(byte)) break;
      this.at++;
    }
    let value = 0;
    const start = this.at;
    for (; this.at < this.file.length && isDigit(this.file[this.at]); this.at++) {
      value = 10 * value + this.file[this.at] - 48;
      if (value > mostNumber) throw new Error('a number that is too large');
    }
    if (this.at === start) throw new Error(`no number at byte ${start}`);
    return value;
  }
}
