import type { ImageFormat } from './format.js';
import type { Size } from './image.js';

/**
 * Width and height that an image's header claims, without decoding it; undefined where it has none to be found.
 *
 * Sources: PNG (W3C), 11.2.2; JPEG (ITU-T T.81), B.2.2; WebP container (RFC 9649), 2.5 to 2.7.
 */
export function sizeInHeader(bytes: Uint8Array, format: ImageFormat): Size | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    if (format === 'PNG') return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
    return format === 'JPEG' ? jpegSize(file) : webpSize(file);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

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
