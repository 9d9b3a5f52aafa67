import { inflateSync } from 'node:zlib';
import type { Image } from './image.js';

const greyType = 0;
const rgbType = 2;
/** Chunks that change how the pixels are to be read: transparency, colour profile, orientation. */
const specialChunks = ['tRNS', 'iCCP', 'eXIf', 'PLTE', 'acTL'];

/**
 * Decodes the commonest PNG, 8-bit rgbType or greyscale, not interlaced, without extras, into rgbType: for
 * small images some ten times as fast as the general way, whose set-up costs more than the pixels.
 *
 * @returns undefined for any other PNG and for one that is damaged: the general decoder's business
 * Source of the format: PNG specification, third edition (W3C), sections 5, 7 to 9 and 11.
 */
export function decodePlainPng(bytes: Uint8Array): Image | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = readPngChunks(file, specialChunks);
  if (parts === undefined) return undefined;
  const { header, data } = parts;
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const [depth, colour, compression, filter, interlace] = header.subarray(8);
  if (depth !== 8 || (colour !== rgbType && colour !== greyType)) return undefined;
  if (compression !== 0 || filter !== 0 || interlace !== 0) return undefined;
  const channels = colour === rgbType ? 3 : 1;
  const lines = height * (1 + width * channels);
  // Above some 300x300 the general decoder is as fast, and runs in threads of its own.
  if (lines === 0 || lines > 1 << 18) return undefined;
  let filtered: Buffer;
  try {
    filtered = inflateSync(data, { maxOutputLength: lines + 1 });
  } catch {
    return undefined;
  }
  if (filtered.length !== lines) return undefined;
  const pixels = unfilter(filtered, width * channels, height, channels);
  if (pixels === undefined) return undefined;
  return { width, height, channels: 3, data: channels === 3 ? pixels : tripled(pixels) };
}

/**
 * The header and the compressed pixels of a PNG.
 *
 * @param refused chunks that make the answer undefined, as does a damaged file
 */
export function readPngChunks(
  file: Buffer,
  refused: readonly string[],
): { header: Buffer; data: Buffer } | undefined {
  let header: Buffer | undefined;
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (end + 4 > file.length || refused.includes(type)) return undefined;
    const content = file.subarray(at + 8, end);
    if (type === 'IHDR' && length === 13) header = content;
    else if (type === 'IDAT') data.push(content);
    else if (type === 'IEND')
      return header && { header, data: data.length === 1 ? data[0] : Buffer.concat(data) };
    at = end + 4;
  }
  return undefined;
}

/**
 * Undoes each line's filter.
 *
 * @param step the distance to the same channel of the pixel to the left
 * @param out takes the pixels; may be `lines`, as a pixel is written before the places that are still to be read
 */
export function unfilter(
  lines: Uint8Array,
  stride: number,
  height: number,
  step: number,
  out: Uint8Array = new Uint8Array(stride * height),
): Uint8Array | undefined {
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    const up = to - stride;
    const filter = lines[from - 1];
    if (filter > 4) return undefined;
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[to + x - step] : 0;
      const above = y > 0 ? out[up + x] : 0;
      let predicted = 0;
      if (filter === 1) predicted = left;
      else if (filter === 2) predicted = above;
      else if (filter === 3) predicted = (left + above) >> 1;
      else if (filter === 4)
        predicted = paeth(left, above, x >= step && y > 0 ? out[up + x - step] : 0);
      out[to + x] = lines[from + x] + predicted;
    }
  }
  return out.subarray(0, stride * height);
}

function paeth(left: number, above: number, aboveLeft: number): number {
  const fromLeft = Math.abs(above - aboveLeft);
  const fromAbove = Math.abs(left - aboveLeft);
  const fromAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (fromLeft <= fromAbove && fromLeft <= fromAboveLeft) return left;
  return fromAbove <= fromAboveLeft ? above : aboveLeft;
}

function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i], 3 * i, 3 * i + 3);
  return rgb;
}
