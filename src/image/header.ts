import sharp from 'sharp';
import { readStart } from '../core/index.js';
import { recogniseFormat, type ImageFormat } from './format.js';
import { bmpSize } from './formats/bmp.js';
import { pnmSize } from './formats/netpbm.js';
import { tiffEntries } from './formats/tiff-entries.js';
import type { Size } from './image.js';

/**
 * Width and height that an image's header claims, without decoding it; undefined where it has none to be found.
 *
 * Sources: PNG (W3C), 11.2.2; JPEG (ITU-T T.81), B.2.2; WebP container (RFC 9649), 2.5 to 2.7; GIF89a, 18; TIFF 6.0,
 * section 2, and for BigTIFF its libtiff design page; HEIF (ISO/IEC 23008-12), 6.5.3.
 */
export function sizeInHeader(bytes: Uint8Array, format: ImageFormat): Size | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    return sizeReaders[format](file);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Of a file, where most headers stand. */
const headBytes = 2 ** 16;
/** From here on the EXIF orientation turns an image by a quarter. */
const quarterTurned = 5;

/**
 * Height and width of an image file, as it is seen, without decoding it; undefined where it cannot be told: what is wrong with
 * the file shows when it is decoded.
 */
export async function measureImage(path: string): Promise<Size | undefined> {
  try {
    const head = readStart(path, headBytes);
    if (head.length === 0) return undefined;
    const format = recogniseFormat(head, path);
    const size = sizeInHeader(head, format);
    const mayBeTurned = head.includes('Exif') || head.includes('eXIf');
    if (format === 'BMP' || format === 'PNM' || (size && !mayBeTurned)) return size;
    const { width, height, orientation = 1 } = await sharp(path).metadata();
    return orientation < quarterTurned ? { width, height } : { width: height, height: width };
  } catch {
    return undefined;
  }
}

const sizeReaders: Readonly<Record<ImageFormat, (file: Buffer) => Size | undefined>> = {
  PNG: (file) => ({ width: file.readUInt32BE(16), height: file.readUInt32BE(20) }),
  JPEG: jpegSize,
  WebP: webpSize,
  GIF: (file) => ({ width: file.readUInt16LE(6), height: file.readUInt16LE(8) }),
  TIFF: tiffSize,
  AVIF: avifSize,
  BMP: bmpSize,
  PNM: pnmSize,
};

/** From the first start-of-frame marker, behind segments that say how long they are. */
function jpegSize(file: Buffer): Size | undefined {
  for (let at = 2; ;) {
    if (file.readUInt8(at) !== 0xff) return undefined;
    const marker = file.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    at += 2 + file.readUInt16BE(at + 2);
  }
}

function webpSize(file: Buffer): Size | undefined {
  const form = file.toString('latin1', 12, 16);
  if (form === 'VP8X')
    return { width: 1 + file.readUIntLE(24, 3), height: 1 + file.readUIntLE(27, 3) };
  if (form === 'VP8 ')
    return { width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff };
  if (form !== 'VP8L') return undefined;
  const bits = file.readUInt32LE(21);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

const widthTag = 256;
const heightTag = 257;

/** From the first directory. */
function tiffSize(file: Buffer): Size | undefined {
  const { first } = tiffEntries(file);
  const width = first(widthTag);
  const height = first(heightTag);
  return width === undefined || height === undefined ? undefined : { width, height };
}

/** The largest of the sizes of its parts: an image of many tiles has a size of its own. */
function avifSize(file: Buffer): Size | undefined {
  let largest: Size | undefined;
  for (let at = file.indexOf('ispe'); at >= 0; at = file.indexOf('ispe', at + 4)) {
    // Behind the name stand version and flags; the same letters may occur among the pixels, without a box around them.
    if (at < 4 || file.readUInt32BE(at - 4) !== 20 || file.readUInt32BE(at + 4) !== 0) continue;
    const size = { width: file.readUInt32BE(at + 8), height: file.readUInt32BE(at + 12) };
    if (largest === undefined || size.width * size.height > largest.width * largest.height)
      largest = size;
  }
  return largest;
}
