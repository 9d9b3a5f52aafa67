import { UserError } from '../../core/index.js';

// Source of the layout: "NEP 1, A Simple File Format for NumPy Arrays", versions 1.0 to 3.0.

const magic = '\x93NUMPY';
/** The header's length takes two bytes in version 1, four since. */
const lengthBytes: Record<number, 2 | 4 | undefined> = { 1: 2, 2: 4, 3: 4 };
/** Longer headers describe structures of many fields, which are no images. */
const mostHeader = 2 ** 16;

const integerReaders: Record<string, { bytes: number; read: (b: Buffer, at: number) => number }> = {
  b1: { bytes: 1, read: (b, at) => b.readUInt8(at) },
  i1: { bytes: 1, read: (b, at) => b.readInt8(at) },
  u1: { bytes: 1, read: (b, at) => b.readUInt8(at) },
  i2: { bytes: 2, read: (b, at) => b.readInt16LE(at) },
  u2: { bytes: 2, read: (b, at) => b.readUInt16LE(at) },
  i4: { bytes: 4, read: (b, at) => b.readInt32LE(at) },
  u4: { bytes: 4, read: (b, at) => b.readUInt32LE(at) },
  i8: { bytes: 8, read: (b, at) => Number(b.readBigInt64LE(at)) },
  u8: { bytes: 8, read: (b, at) => Number(b.readBigUInt64LE(at)) },
};

/** An array of integers, row-major: the last dimension runs fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's name of the type without its byte order, such as `u1` or `i8`. */
  readonly type: string;
  /** The product of the shape times the bytes of the type, little-endian; a view of the file. */
  readonly bytes: Buffer;
}

/**
 * The array of integers in an .npy file.
 *
 * @param where what errors call the file
 * @throws UserError `NPZ_ARRAY` for an array of another type or order, `NPZ_BROKEN` for a damaged one
 */
export function readNpy(file: Buffer, where: string): NpyArray {
  const { header, from } = headerOf(file, where);
  const type = /'descr'\s*:\s*('[^']*'|\[)/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(header)?.[1];
  const dimensions = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || dimensions === undefined)
    throw broken(where, `the header ${JSON.stringify(header.slice(0, 80))}`);
  const shape = (dimensions.match(/\d+/g) ?? []).map(Number);
  const name = type.slice(1, -1);
  const reader = integerReaders[name.slice(1)];
  if (reader === undefined || (name.startsWith('>') && reader.bytes > 1))
    throw refused(where, typeInWords(type, name));
  if (order === 'True' && shape.filter((n) => n !== 1).length > 1)
    throw refused(where, 'values in Fortran order (column by column)');
  const bytes = shape.reduce((a, b) => a * b, reader.bytes);
  if (file.length - from !== bytes)
    throw broken(where, `${file.length - from} bytes for an array of ${shapeText(shape)}`);
  return { shape, type: name.slice(1), bytes: file.subarray(from) };
}

/** The values of a small array. Integers of 64 bits beyond 2^53 lose their last digits. */
export function integersOf({ type, bytes }: NpyArray): number[] {
  const { bytes: step, read } = integerReaders[type];
  return Array.from({ length: bytes.length / step }, (_, i) => read(bytes, i * step));
}

/** A shape as NumPy writes it: `[100, 28, 28]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function headerOf(file: Buffer, where: string): { header: string; from: number } {
  if (file.toString('latin1', 0, magic.length) !== magic) throw broken(where, 'another format');
  const bytes = lengthBytes[file[magic.length]];
  if (bytes === undefined) throw refused(where, `version ${file[magic.length]} of the format`);
  const at = magic.length + 2;
  if (file.length < at + bytes) throw broken(where, `${file.length} bytes`);
  const length = file.readUIntLE(at, bytes);
  const from = at + bytes + length;
  if (length > mostHeader) throw refused(where, `a header of ${length} bytes`);
  if (from > file.length) throw broken(where, `${file.length} bytes, of which the header has more`);
  return { header: file.toString('utf8', at + bytes, from), from };
}

function typeInWords(type: string, name: string): string {
  if (type === '[') return 'records of several fields';
  if (name.startsWith('>')) return `${name}, big-endian values`;
  if (name.slice(1, 2) === 'O') return 'Python objects';
  return `the type ${JSON.stringify(name)}`;
}

function refused(where: string, got: string): UserError {
  return new UserError('NPZ_ARRAY', 'An array has a form that is not read.', {
    where,
    expected: 'little-endian integers in C order, in version 1 to 3 of the format',
    got,
    remedy:
      'convert it in Python, such as numpy.ascontiguousarray(a).astype("uint8"), and save all arrays again with numpy.savez',
  });
}

function broken(where: string, got: string): UserError {
  return new UserError('NPZ_BROKEN', 'The .npz file is truncated or damaged.', {
    where,
    expected: 'a complete .npy array',
    got,
    remedy: 'download the file again',
  });
}
