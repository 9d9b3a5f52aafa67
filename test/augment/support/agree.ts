import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateBuffer, freeBuffer } from '../../../src/augment/index.js';
import { wasmEngine } from '../../../src/augment/wasm/engine.js';
import { picture } from './pictures.js';

const sizes = [
  [1, 1],
  [2, 3],
  [5, 4],
  [6, 1],
  [1, 9],
  [16, 16],
  [17, 5],
  [31, 33],
  [64, 48],
  [250, 7],
  [300, 200],
] as const;

/** A kernel, or the plain function that says what it does. */
export type Kernel = (
  src: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  dst: Uint8Array,
) => void;

/** Names the first difference; a diff of whole images would take minutes and gigabytes. */
export function sameBytes(actual: Uint8Array, expected: Uint8Array, where: string): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const at = expected.findIndex((value, i) => value !== actual[i]);
  assert.fail(`${where}: byte ${at} is ${actual[at]}, not ${expected[at]}`);
}

/** Runs both on all sizes; `resized` gives the result's pixels where they are not the input's. */
export function agree(name: string, fast: Kernel, plain: Kernel, pixels?: number): void {
  test(`${name}: the same bytes with and without WebAssembly`, () => {
    assert.ok(wasmEngine(), 'this machine has WebAssembly with SIMD');
    for (const [width, height] of sizes)
      for (const channels of [1, 3] as const) {
        const { data } = picture(width, height, channels);
        const length = (pixels ?? width * height) * channels;
        const expected = new Uint8Array(length);
        plain(data, width, height, channels, expected);
        const where = `${width}x${height}x${channels}`;

        const ordinary = new Uint8Array(length + 8).fill(77);
        fast(data, width, height, channels, ordinary.subarray(0, length));
        sameBytes(ordinary.subarray(0, length), expected, where);

        const inside = allocateBuffer(data.length);
        inside.set(data);
        const out = allocateBuffer(length + 64).fill(77);
        fast(inside, width, height, channels, out.subarray(0, length));
        sameBytes(out.subarray(0, length), expected, `${where}, in place`);
        assert.ok(
          out.subarray(length).every((v) => v === 77),
          `${where}: wrote past its end`,
        );
        sameBytes(inside, data, `${where}: changed its input`);
        freeBuffer(inside);
        freeBuffer(out);
      }
  });
}
