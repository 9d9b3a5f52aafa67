import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import {
  channelsLast,
  fromFloat32,
  fromInt64,
  fromUint8,
  readSafetensors,
  scope,
  writeSafetensors,
} from '../../src/tensor/index.js';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'a.safetensors');

test('tensors and metadata come back as they went', () =>
  scope(() => {
    const image = channelsLast(
      fromFloat32(
        Array.from({ length: 24 }, (_, i) => i / 8),
        [1, 3, 2, 4],
      ),
    );
    const tensors = new Map([
      ['bytes', fromUint8(Uint8Array.of(1, 2, 255), [3])],
      ['image', image],
      ['count', fromInt64([-7], [])],
      ['none', fromFloat32([], [0, 4])],
    ]);
    writeSafetensors(file, tensors, { made: 'ü' });
    const { tensors: back, metadata } = readSafetensors(file);
    assert.deepEqual(metadata, { made: 'ü' });
    for (const [name, tensor] of tensors) {
      assert.deepEqual(back.get(name)!.shape, tensor.shape, name);
      assert.equal(back.get(name)!.dtype, tensor.dtype, name);
      assert.deepEqual(back.get(name)!.toFloat64Array(), tensor.toFloat64Array(), name);
    }
    assert.deepEqual(readdirSync(folder), ['a.safetensors']);
  }));

test('half precision is read as single, exactly', () =>
  scope(() => {
    const cases: [bits: number, value: number][] = [
      [0x0000, 0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 0.333251953125],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x83ff, -1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, NaN],
    ];
    const header = Buffer.from(JSON.stringify({ a: entry([cases.length], 0, 22, 'F16') }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const data = Buffer.from(Uint16Array.from(cases, ([bits]) => bits).buffer);
    writeFileSync(file, Buffer.concat([length, header, data]));
    const read = readSafetensors(file).tensors.get('a')!;
    assert.equal(read.dtype, 'float32');
    assert.deepEqual(
      [...read.toFloat64Array()],
      cases.map(([, value]) => value),
    );
  }));

/** A file with this header, a length of its own where given, and so many bytes of data. */
function fileWith(header: unknown, data: number, length?: number): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(length ?? text.length));
  const path = join(folder, 'bad.safetensors');
  writeFileSync(path, Buffer.concat([head, text, Buffer.alloc(data)]));
  return path;
}

const entry = (shape: unknown, from: unknown, to: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});
const bad: Record<string, [() => string, string]> = {
  'no file': [() => join(folder, 'missing'), 'WEIGHTS_MISSING'],
  'a folder': [() => folder, 'WEIGHTS_MISSING'],
  'a device that never ends': [() => '/dev/zero', 'WEIGHTS_MISSING'],
  'too short': [
    () => (writeFileSync(join(folder, 's'), 'abc'), join(folder, 's')),
    'WEIGHTS_DAMAGED',
  ],
  'a header longer than the file': [() => fileWith({}, 0, 2 ** 40), 'WEIGHTS_DAMAGED'],
  'a header that is no JSON': [() => fileWith('{"a"', 0), 'WEIGHTS_DAMAGED'],
  'a header that is no object': [() => fileWith([], 0), 'WEIGHTS_DAMAGED'],
  'metadata that is no text': [() => fileWith({ __metadata__: { a: 1 } }, 0), 'WEIGHTS_DAMAGED'],
  'an entry that is none': [() => fileWith({ a: 5 }, 0), 'WEIGHTS_DAMAGED'],
  'a negative size': [() => fileWith({ a: entry([-1], 0, 4) }, 4), 'WEIGHTS_DAMAGED'],
  'sizes that overflow': [
    () => fileWith({ a: entry([2 ** 40, 2 ** 40], 0, 4) }, 4),
    'WEIGHTS_DAMAGED',
  ],
  'data beyond the end': [() => fileWith({ a: entry([2], 0, 8) }, 4), 'WEIGHTS_DAMAGED'],
  'data of another length': [() => fileWith({ a: entry([2], 0, 4) }, 4), 'WEIGHTS_DAMAGED'],
  'overlapping data': [
    () => fileWith({ a: entry([1], 0, 4), b: entry([1], 0, 4) }, 4),
    'WEIGHTS_DAMAGED',
  ],
  'a gap': [() => fileWith({ a: entry([1], 4, 8) }, 8), 'WEIGHTS_DAMAGED'],
  'bytes left over': [() => fileWith({ a: entry([1], 0, 4) }, 5), 'WEIGHTS_DAMAGED'],
  'another type': [() => fileWith({ a: entry([2], 0, 4, 'BF16') }, 4), 'WEIGHTS_DTYPE'],
};
for (const [name, [make, code]] of Object.entries(bad))
  test(`${name} is refused`, () => {
    const path = make();
    assert.throws(
      () => readSafetensors(path),
      (error: Error) =>
        error instanceof UserError && error.code === code && error.message.includes(path),
    );
  });

test('a file cut anywhere is refused', () =>
  scope(() => {
    writeSafetensors(file, new Map([['a', fromFloat32([1, 2, 3], [3])]]));
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(join(folder, 'cut'), whole.subarray(0, length));
      assert.throws(() => readSafetensors(join(folder, 'cut')), UserError, `cut at ${length}`);
    }
  }));
