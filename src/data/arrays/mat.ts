import { inflateSync } from 'node:zlib';
import { UserError } from '../../core/index.js';

// Level 5 MAT-files, as MATLAB 5 to 7 and scipy.io.savemat write them. Source of the layout:
// "MAT-File Format", The MathWorks, section "Level 5 MAT-File Format".

const headerBytes = 128;
const versionAt = 124;
const littleEndian = 'IM';

// Data types of elements (miINT8 and so on in the format's description).
const uint8Type = 2;
const matrixType = 14;
const compressedType = 15;
const numberReaders: Record<number, { bytes: number; read: (b: Buffer, at: number) => number }> = {
  1: { bytes: 1, read: (b, at) => b.readInt8(at) },
  2: { bytes: 1, read: (b, at) => b.readUInt8(at) },
  3: { bytes: 2, read: (b, at) => b.readInt16LE(at) },
  4: { bytes: 2, read: (b, at) => b.readUInt16LE(at) },
  5: { bytes: 4, read: (b, at) => b.readInt32LE(at) },
  6: { bytes: 4, read: (b, at) => b.readUInt32LE(at) },
  7: { bytes: 4, read: (b, at) => b.readFloatLE(at) },
  9: { bytes: 8, read: (b, at) => b.readDoubleLE(at) },
};

/** Bytes that arrays may take: SVHN's training part has 225 million, a small file may claim any number. */
const mostBytes = 2 ** 29;
/** Numbers that are not images: labels. */
const mostNumbers = 2 ** 24;

/** A numeric array; `data` in column-major order, the first dimension running fastest. */
export interface MatArray {
  readonly dims: readonly number[];
  /** A view of the file's bytes if it is stored as uint8, which images are. */
  readonly data: Uint8Array | Float64Array;
}

interface Element {
  readonly type: number;
  readonly data: Buffer;
  /** Where the next element begins. */
  readonly end: number;
}

/**
 * The numeric arrays of a MAT-file of level 5 by name; others are left out.
 *
 * @param where what errors call the file
 * @throws UserError `MAT_VERSION` (v7.3 is HDF5; v4 has no header), `MAT_BROKEN` (truncated, damaged)
 */
export function readMat(bytes: Buffer, where: string): Map<string, MatArray> {
  checkHeader(bytes, where);
  const arrays = new Map<string, MatArray>();
  let left = mostBytes;
  try {
    for (let at = headerBytes; at < bytes.length;) {
      const outer = readElement(bytes, at);
      at = outer.end;
      const element = outer.type === compressedType ? readElement(inflated(outer, left), 0) : outer;
      left -= element.data.length;
      if (element.type === matrixType) readMatrix(element.data, arrays);
    }
  } catch (cause) {
    throw new UserError(
      'MAT_BROKEN',
      'The MAT-file is truncated or damaged.',
      {
        where,
        expected: 'a complete MAT-file of version 5 to 7',
        got: `${bytes.length} bytes (${(cause as Error).message})`,
        remedy: 'download the file again',
      },
      { cause },
    );
  }
  return arrays;
}

function inflated({ data }: Element, most: number): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new Error(`its arrays take more than ${mostBytes} bytes`, { cause: error });
  }
}

function checkHeader(bytes: Buffer, where: string): void {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, 116));
  const isLevel5 =
    bytes.length >= headerBytes &&
    bytes.toString('latin1', versionAt + 2, headerBytes) === littleEndian &&
    bytes.readUInt16LE(versionAt) === 0x0100;
  if (isLevel5) return;
  const hdf5 = text.startsWith('MATLAB 7.3') || text.startsWith('\x89HDF');
  throw new UserError('MAT_VERSION', 'This is not a MAT-file of version 5 to 7.', {
    where,
    expected: 'a little-endian level 5 MAT-file',
    got: hdf5 ? 'a MAT-file of version 7.3 (HDF5)' : `${bytes.length} bytes in another format`,
    remedy: hdf5
      ? "save it again with save(..., '-v7'), or use the official file"
      : 'download the official file again',
  });
}

function readElement(bytes: Buffer, at: number): Element {
  const first = bytes.readUInt32LE(at);
  const smallBytes = first >>> 16;
  // Up to four bytes of data may stand in the tag itself.
  if (smallBytes > 0) {
    if (smallBytes > 4) throw new Error('a small element of more than 4 bytes');
    return slice(bytes, first & 0xffff, at + 4, smallBytes, at + 8);
  }
  const length = bytes.readUInt32LE(at + 4);
  const end = at + 8 + length;
  // Elements are padded to 8 bytes, but compressed ones.
  return slice(
    bytes,
    first,
    at + 8,
    length,
    first === compressedType ? end : end + ((8 - (end % 8)) % 8),
  );
}

function slice(bytes: Buffer, type: number, from: number, length: number, end: number): Element {
  if (from + length > bytes.length)
    throw new Error(`an element of ${length} bytes with ${bytes.length - from} left`);
  return { type, data: bytes.subarray(from, from + length), end };
}

/** Sub-elements: flags, dimensions, name, real part. */
function readMatrix(bytes: Buffer, into: Map<string, MatArray>): void {
  const flags = readElement(bytes, 0);
  const dimensions = readElement(bytes, flags.end);
  const name = readElement(bytes, dimensions.end);
  // Cells, structures, text and sparse arrays have other parts.
  const arrayClass = flags.data[0];
  if (arrayClass < 6 || arrayClass > 15) return;
  const real = readElement(bytes, name.end);
  const dims = Array.from({ length: dimensions.data.length / 4 }, (_, i) =>
    dimensions.data.readInt32LE(4 * i),
  );
  const data = real.type === uint8Type ? real.data : readNumbers(real);
  const count = dims.reduce((a, b) => a * b, 1);
  if (data.length !== count)
    throw new Error(`${data.length} values in an array of ${dims.join('x')}`);
  into.set(name.data.toString('latin1'), { dims, data });
}

function readNumbers({ type, data }: Element): Float64Array {
  const reader = numberReaders[type];
  if (reader === undefined) throw new Error(`numbers of type ${type}`);
  if (data.length / reader.bytes > mostNumbers)
    throw new Error(`an array of more than ${mostNumbers} numbers`);
  return Float64Array.from({ length: data.length / reader.bytes }, (_, i) =>
    reader.read(data, i * reader.bytes),
  );
}
