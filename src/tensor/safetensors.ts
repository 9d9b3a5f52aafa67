import { readRegularFile, UserError, writeAtomic } from '../core/index.js';
import { TensorError } from './error.js';
import { fromBigInt64, fromFloat32, fromUint8 } from './operators/create.js';
import type { Tensor } from './tensor.js';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const bytesOf: Record<string, number> = { F32: 4, F16: 2, I64: 8, U8: 1 };
// The format's own limit (huggingface/safetensors, README): a header is no place for data.
const maxHeader = 100_000_000;

/**
 * Reads tensors of a safetensors file onto the CPU: float32, int64 and uint8; float16 becomes float32.
 *
 * The file is not trusted: lengths, offsets, shapes and names are checked before memory is asked for.
 *
 * @throws UserError `WEIGHTS_MISSING`, `WEIGHTS_DAMAGED`, `WEIGHTS_DTYPE`
 */
export function readSafetensors(path: string): Safetensors {
  if (typeof path !== 'string') throw new TensorError('readSafetensors', 'a path', typeof path);
  const bytes = readBytes(path);
  const { header, start } = readHeader(path, bytes);
  const metadata = readMetadata(path, header);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => [name, checkEntry(path, name, value, bytes.length - start)] as const)
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  let end = 0;
  for (const [name, entry] of entries) {
    if (entry.data_offsets[0] !== end)
      throw damaged(path, `data of ${name} at ${end}`, `at ${entry.data_offsets[0]}`);
    end = entry.data_offsets[1];
  }
  if (end !== bytes.length - start)
    throw damaged(path, `${end} bytes of data`, `${bytes.length - start}`);

  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: at }] of entries) {
    // A copy, since typed arrays want aligned offsets.
    const data = Uint8Array.prototype.slice.call(bytes, start + at[0], start + at[1]);
    if (dtype === 'F32') tensors.set(name, fromFloat32(new Float32Array(data.buffer), shape));
    else if (dtype === 'F16')
      tensors.set(name, fromFloat32(widened(new Uint16Array(data.buffer)), shape));
    else if (dtype === 'I64')
      tensors.set(name, fromBigInt64(new BigInt64Array(data.buffer), shape));
    else tensors.set(name, fromUint8(data, shape));
  }
  return { tensors, metadata };
}

/**
 * Writes tensors (float32, int64, uint8) as one safetensors file, beside and renamed.
 *
 * @throws UserError `DISK_FULL`, `NO_RIGHTS`
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = {},
): void {
  if (!(tensors instanceof Map)) throw new TensorError('writeSafetensors', 'a Map of tensors');
  if (typeof path !== 'string') throw new TensorError('writeSafetensors', 'a path', typeof path);
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const parts: Uint8Array[] = [];
  let offset = 0;
  // Widest values first: every tensor then starts at a multiple of its element's size.
  const sorted = [...tensors].sort(([, a], [, b]) => width(b) - width(a));
  for (const [name, tensor] of sorted) {
    const { dtype, data } = encode(tensor);
    header[name] = { dtype, shape: tensor.shape, data_offsets: [offset, offset + data.length] };
    parts.push(data);
    offset += data.length;
  }
  let text = JSON.stringify(header);
  const pad = (8 - (Buffer.byteLength(text) % 8)) % 8;
  text += ' '.repeat(pad);
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  writeAtomic(path, Buffer.concat([head, Buffer.from(text), ...parts]));
}

let halves: Float32Array | undefined;

/** IEEE 754 half precision to single: every value there is, exactly. */
function widened(bits: Uint16Array): Float32Array {
  const table = (halves ??= Float32Array.from({ length: 1 << 16 }, (_, half) => {
    const sign = half >> 15 === 0 ? 1 : -1;
    const exponent = (half >> 10) & 31;
    const fraction = (half & 1023) / 1024;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    // Exponent 0: zero and subnormal numbers.
    return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
  }));
  return Float32Array.from(bits, (half) => table[half]);
}

function width(tensor: Tensor): number {
  return tensor.dtype === 'int64' ? 8 : tensor.dtype === 'uint8' ? 1 : 4;
}

function encode(tensor: Tensor): { dtype: string; data: Uint8Array } {
  const bytes = (array: ArrayBufferView) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (tensor.dtype === 'int64') return { dtype: 'I64', data: bytes(tensor.toBigInt64Array()) };
  if (tensor.dtype === 'uint8') return { dtype: 'U8', data: tensor.toUint8Array() };
  return { dtype: 'F32', data: bytes(tensor.toFloat32Array()) };
}

function readBytes(path: string): Buffer {
  try {
    return readRegularFile(path);
  } catch (cause) {
    throw new UserError(
      'WEIGHTS_MISSING',
      'Cannot read the weights.',
      {
        where: path,
        expected: 'a safetensors file',
        got: cause instanceof Error ? cause.message : String(cause),
      },
      { cause },
    );
  }
}

function readHeader(
  path: string,
  bytes: Buffer,
): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw damaged(path, 'at least 8 bytes', String(bytes.length));
  const length = bytes.readBigUInt64LE(0);
  if (length > BigInt(Math.min(maxHeader, bytes.length - 8)))
    throw damaged(path, `a header within the file's ${bytes.length} bytes`, `${length} bytes`);
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, start));
  } catch {
    throw damaged(path, 'a JSON header', 'invalid JSON');
  }
  if (!isRecord(header))
    throw damaged(path, 'a header that is a JSON object', 'another JSON value');
  return { header, start };
}

function readMetadata(path: string, header: Record<string, unknown>): Record<string, string> {
  const metadata = header.__metadata__ ?? {};
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string'))
    throw damaged(path, 'metadata of strings only', 'other values');
  return metadata as Record<string, string>;
}

function checkEntry(path: string, name: string, value: unknown, available: number): Entry {
  const entry = value as Partial<Entry> | null;
  const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  if (
    !isRecord(entry) ||
    typeof entry.dtype !== 'string' ||
    !Array.isArray(entry.shape) ||
    !entry.shape.every(isCount) ||
    !Array.isArray(entry.data_offsets) ||
    entry.data_offsets.length !== 2 ||
    !entry.data_offsets.every(isCount)
  )
    throw damaged(path, `dtype, shape and data_offsets for ${name}`, 'something else');
  const { dtype, shape, data_offsets: offsets } = entry as Entry;
  const bytes = bytesOf[dtype];
  if (bytes === undefined)
    throw new UserError('WEIGHTS_DTYPE', 'Weights of this type are not supported.', {
      where: `${path}: ${name}`,
      expected: Object.keys(bytesOf).join(', '),
      got: dtype,
      remedy: 'save them as float32',
    });
  const count = shape.reduce((product, side) => product * side, 1);
  if (offsets[1] > available || offsets[1] - offsets[0] !== count * bytes)
    throw damaged(
      path,
      `${count * bytes} bytes within ${available} for ${name} [${shape.join(',')}]`,
      `${offsets[0]} to ${offsets[1]}`,
    );
  return { dtype, shape, data_offsets: offsets };
}

function damaged(where: string, expected: string, got: string): UserError {
  return new UserError('WEIGHTS_DAMAGED', 'This safetensors file is incomplete or damaged.', {
    where,
    expected,
    got,
    remedy: 'create or download it again',
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
