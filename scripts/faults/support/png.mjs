import { closeSync, openSync, writeSync } from 'node:fs';
import zlib from 'node:zlib';

const { constants, deflateSync } = zlib;

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A chunk with its length and checksum (PNG specification, section 5.3). */
export function chunk(type, content) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([head, named, sum]);
}

/** An 8-bit PNG: grey for 1 channel, RGB for 3. `pixels`: row-major, interleaved. */
export function png(width, height, channels, pixels) {
  const stride = width * channels;
  const lines = Buffer.alloc(height * (1 + stride));
  for (let y = 0; y < height; y++)
    Buffer.from(pixels.buffer, pixels.byteOffset + y * stride, stride).copy(
      lines,
      y * (1 + stride) + 1,
    );
  return pngOf(header(width, height, channels === 1 ? 0 : 2), deflateSync(lines));
}

/** A PNG of chunks that are right each by itself, whatever the header says of the data. */
export function pngOf(head, data) {
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function header(width, height, colour, depth = 8) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, colour, 0, 0, 0], 8);
  return head;
}

/** The chunks of a PNG as `{ type, content }`; undefined where it is none. */
export function chunksOf(file) {
  const chunks = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    if (at + 12 + length > file.length) return undefined;
    chunks.push({
      type: file.toString('latin1', at + 4, at + 8),
      content: file.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks.length > 0 ? chunks : undefined;
}

/** The PNG of such chunks, with right lengths and checksums. */
export const joined = (chunks) =>
  Buffer.concat([signature, ...chunks.map(({ type, content }) => chunk(type, content))]);

/** Writes a grey PNG whose pixels are all 0, of any size, without holding its lines in memory. */
export function writeBlackPng(path, width, height) {
  const file = openSync(path, 'w');
  try {
    writeSync(file, signature);
    writeSync(file, chunk('IHDR', header(width, height, 0)));
    for (const part of zlibZeros(height * (1 + width))) writeSync(file, chunk('IDAT', part));
    writeSync(file, chunk('IEND', Buffer.alloc(0)));
  } finally {
    closeSync(file);
  }
}

/** A zlib stream of `count` zero bytes in parts: a block flushed whole may be repeated (RFC 1951, 3.2). */
export function* zlibZeros(count) {
  const most = 1 << 24;
  // Two bytes of zlib's head, then a block that ends at a byte; the same block serves again and again.
  const flushed = (bytes) =>
    deflateSync(Buffer.alloc(bytes), { finishFlush: constants.Z_FULL_FLUSH });
  const whole = flushed(most).subarray(2);
  yield Buffer.from([0x78, 0x9c]);
  for (let left = count; left > 0; left -= most)
    yield left >= most ? whole : flushed(left).subarray(2);
  // An empty last block and the checksum of zeros: a = 1, b = count (RFC 1950, 8.2).
  const end = Buffer.from([0x03, 0x00, 0, 0, 0, 0]);
  end.writeUInt32BE((count % 65521) * 65536 + 1, 2);
  yield end;
}

/** PNG specification, annex D; by zlib where this Node has it. */
export function crc32(bytes) {
  if (zlib.crc32 !== undefined) return zlib.crc32(bytes);
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}
