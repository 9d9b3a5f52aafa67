import { zipOf } from '../download/archive-bytes.js';

/** An .npy file. @param descr NumPy's name of the type, such as `|u1` */
export function npyOf(
  shape: readonly number[],
  values: Uint8Array,
  descr = '|u1',
  { version = 1, fortran = false } = {},
): Buffer {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortran ? 'True' : 'False';
  const dict = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${dims}), }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const before = 8 + lengthBytes;
  const header = `${dict.padEnd(64 * Math.ceil((before + dict.length + 1) / 64) - before - 1)}\n`;
  const start = Buffer.alloc(before);
  start.write('\x93NUMPY', 0, 'latin1');
  start[6] = version;
  start.writeUIntLE(header.length, 8, lengthBytes);
  return Buffer.concat([start, Buffer.from(header), values]);
}

/** Labels as 64-bit integers, `[N, 1]`, as NumPy has them where nothing else is said. */
export function labels64(labels: readonly number[]): Buffer {
  return npyOf(
    [labels.length, 1],
    new Uint8Array(BigInt64Array.from(labels, BigInt).buffer),
    '<i8',
  );
}

/** A file of MedMNIST's layout, from arrays by name. */
export function npzOf(
  arrays: Readonly<Record<string, Buffer>>,
  method: 'deflated' | 'stored' = 'deflated',
): Buffer {
  return zipOf(
    Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]),
    method,
  );
}
