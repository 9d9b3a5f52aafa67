import type { Size } from '../image.js';

/** A BMP's values: indices into its palette, or RGB, `[height, width, channels]`, row-major from the top. */
export interface BmpPixels extends Size {
  readonly data: Uint8Array;
  /** 1: indices; 3: RGB. */
  readonly channels: 1 | 3;
  /** RGB of each index; only with indices. */
  readonly palette?: readonly (readonly [number, number, number])[];
}

interface BmpHeader extends Size {
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Where the palette begins, its entries and the bytes of each. */
  readonly paletteAt: number;
  readonly colours: number;
  readonly entryBytes: 3 | 4;
  readonly pixelsAt: number;
  /** Which bits of a pixel are red, green and blue; of 16 and 32 bits. */
  readonly masks: readonly [number, number, number];
}

const uncompressed = 0;
const runLength8 = 1;
/** The masks of the colours stand in the file; the second form adds one for alpha. */
const bitFields: readonly number[] = [3, 6];
const fileHeader = 14;

/** Size in the header of a BMP. @throws RangeError where the file ends before */
export function bmpSize(file: Buffer): Size {
  const core = file.readUInt32LE(fileHeader) === 12;
  return core
    ? { width: file.readUInt16LE(18), height: file.readUInt16LE(20) }
    : { width: Math.abs(file.readInt32LE(18)), height: Math.abs(file.readInt32LE(22)) };
}

/**
 * Decodes a BMP: uncompressed with 1, 4, 8, 16, 24 or 32 bits, or run lengths of 8 bits. Rows from below or from the top. A
 * fourth byte is taken for padding, as most programs that write it mean it.
 *
 * @throws Error that says what is wrong; RangeError where the file ends before
 * Source: Microsoft, "Bitmap Storage" and "BITMAPINFOHEADER" (Win32 documentation).
 */
export function decodeBmp(file: Buffer): BmpPixels {
  const header = readHeader(file);
  const { width, height, bits, compression } = header;
  if (width === 0 || height === 0) throw new Error('a size of 0');
  if (bits <= 8) {
    const palette = readPalette(file, header);
    const data =
      compression === runLength8 ? runLengths(file, header) : packedIndices(file, header);
    for (const index of data)
      if (index >= palette.length) throw new Error(`index ${index} of ${palette.length} colours`);
    return { width, height, data, channels: 1, palette };
  }
  return { width, height, data: directColours(file, header), channels: 3 };
}

function readHeader(file: Buffer): BmpHeader {
  const size = file.readUInt32LE(fileHeader);
  const core = size === 12;
  const bits = file.readUInt16LE(core ? 24 : 28);
  const compression = core ? uncompressed : file.readUInt32LE(30);
  const possible =
    (compression === uncompressed && [1, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === runLength8 && bits === 8) ||
    (bitFields.includes(compression) && (bits === 16 || bits === 32));
  if (!possible) throw new Error(`compression ${compression} of ${bits} bits is not supported`);
  const fields = bitFields.includes(compression);
  // With the shortest header the masks follow behind it; longer ones have them at the same place, inside.
  const masksBehind = fields && size === 40 ? (compression === 6 ? 16 : 12) : 0;
  const usual =
    bits === 16 ? ([0x7c00, 0x3e0, 0x1f] as const) : ([0xff0000, 0xff00, 0xff] as const);
  const most = 2 ** Math.min(bits, 8);
  const used = core ? 0 : file.readUInt32LE(46);
  return {
    ...bmpSize(file),
    topDown: !core && file.readInt32LE(22) < 0,
    bits,
    compression,
    paletteAt: fileHeader + size + masksBehind,
    colours: used === 0 ? most : Math.min(used, most),
    entryBytes: core ? 3 : 4,
    pixelsAt: file.readUInt32LE(10),
    masks: fields ? [file.readUInt32LE(54), file.readUInt32LE(58), file.readUInt32LE(62)] : usual,
  };
}

function readPalette(
  file: Buffer,
  { paletteAt, colours, entryBytes, pixelsAt }: BmpHeader,
): [number, number, number][] {
  // Old programs wrote shorter palettes than they said; then the pixels begin where it ends.
  const room = pixelsAt > paletteAt ? Math.floor((pixelsAt - paletteAt) / entryBytes) : colours;
  return Array.from({ length: Math.min(colours, room) }, (_, i) => {
    const at = paletteAt + i * entryBytes;
    return [file.readUInt8(at + 2), file.readUInt8(at + 1), file.readUInt8(at)];
  });
}

/** Bytes of a row, and a check that all of them are there before memory is taken. */
function rowBytes(file: Buffer, { width, height, bits, pixelsAt }: BmpHeader): number {
  const stride = 4 * Math.ceil((width * bits) / 32);
  // The padding of the last row is often left out.
  const needed = pixelsAt + stride * (height - 1) + Math.ceil((width * bits) / 8);
  if (needed > file.length) throw new Error(`${file.length} bytes instead of ${needed}`);
  return stride;
}

const rowInFile = ({ height, topDown }: BmpHeader, y: number): number =>
  topDown ? y : height - 1 - y;

/** `[height, width]` */
function packedIndices(file: Buffer, header: BmpHeader): Uint8Array {
  const { width, height, bits, pixelsAt } = header;
  const stride = rowBytes(file, header);
  const data = new Uint8Array(width * height);
  const perByte = 8 / bits;
  const highest = 2 ** bits - 1;
  for (let y = 0; y < height; y++) {
    const row = pixelsAt + rowInFile(header, y) * stride;
    for (let x = 0; x < width; x++) {
      const byte = file[row + Math.floor(x / perByte)];
      data[y * width + x] = (byte >> (8 - bits * ((x % perByte) + 1))) & highest;
    }
  }
  return data;
}

/** `[height, width, 3]` */
function directColours(file: Buffer, header: BmpHeader): Uint8Array {
  const { width, height, bits, pixelsAt, masks } = header;
  const stride = rowBytes(file, header);
  const data = new Uint8Array(3 * width * height);
  const parts = masks.map(partOf);
  const bytes = bits / 8;
  for (let y = 0; y < height; y++) {
    const row = pixelsAt + rowInFile(header, y) * stride;
    for (let x = 0; x < width; x++) {
      const at = row + x * bytes;
      const to = 3 * (y * width + x);
      if (bits === 24) {
        data[to] = file[at + 2];
        data[to + 1] = file[at + 1];
        data[to + 2] = file[at];
      } else {
        const value = bits === 16 ? file.readUInt16LE(at) : file.readUInt32LE(at);
        for (let c = 0; c < 3; c++) data[to + c] = parts[c](value);
      }
    }
  }
  return data;
}

/** Takes the bits under a mask, scaled to 0 to 255. */
function partOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const highest = mask >>> shift;
  return (value) => Math.round((255 * ((value & mask) >>> shift)) / highest);
}

/** `[height, width]`; what the runs leave out is index 0. */
function runLengths(file: Buffer, header: BmpHeader): Uint8Array {
  const { width, height, pixelsAt } = header;
  const data = new Uint8Array(width * height);
  let x = 0;
  let line = 0;
  const put = (index: number): void => {
    if (x >= width || line >= height) throw new Error('a run beyond the edge');
    data[rowInFile(header, line) * width + x++] = index;
  };
  for (let at = pixelsAt; ;) {
    const count = file.readUInt8(at);
    const value = file.readUInt8(at + 1);
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(value);
    else if (value === 0) {
      x = 0;
      line++;
    } else if (value === 1) return data;
    else if (value === 2) {
      x += file.readUInt8(at);
      line += file.readUInt8(at + 1);
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(file.readUInt8(at + i));
      at += value + (value % 2);
    }
  }
}
