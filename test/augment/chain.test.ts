import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateBuffer, applySteps, freeBuffer } from '../../src/augment/index.js';
import { applyTables } from '../../src/augment/kernels/chain.js';
import { referenceApplyLut, scaleLut, shiftLut } from '../../src/augment/kernels/lut.js';
import { referenceGammaLut } from '../../src/augment/transforms/random-gamma.js';
import { wasmEngine } from '../../src/augment/wasm/engine.js';
import type { Step } from '../../src/augment/transform.js';
import { Rng } from '../../src/core/index.js';
import { picture } from './support/pictures.js';

// Tables one after the other, against the plain look-ups.

function gammaOf(exponent: number): Uint8Array {
  const table = new Uint8Array(256);
  referenceGammaLut(exponent, table);
  return table;
}

function plain(values: Uint8Array, tables: readonly Uint8Array[]): Uint8Array {
  let [from, to] = [values.slice(), new Uint8Array(values.length)];
  for (const table of tables) {
    referenceApplyLut(from, table, to);
    [from, to] = [to, from];
  }
  return from;
}

function same(got: Uint8Array, expected: Uint8Array, where: string): void {
  const at = expected.findIndex((value, i) => value !== got[i]);
  assert.ok(at < 0, `${where}: byte ${at} is ${got[at]}, not ${expected[at]}`);
}

test('tables one after the other give the bytes of plain look-ups, at all lengths and places', () => {
  assert.ok(wasmEngine(), 'this machine has WebAssembly with SIMD');
  const rng = new Rng(1, 'chains');
  // Around the least for chains, pieces of which the last is too short for curves, and stripes.
  for (const length of [
    1,
    100,
    4095,
    4096,
    8192 + 1,
    8192 + 63,
    8192 + 64,
    50_001,
    (1 << 17) + 7,
  ]) {
    const values = Uint8Array.from({ length }, () => rng.int(0, 256));
    const inside = allocateBuffer(length);
    const out = allocateBuffer(length);
    inside.set(values);
    for (let i = 0; i < 40; i++) {
      const tables = Array.from({ length: i < 30 ? 3 : rng.int(1, 11) }, (_, k) => {
        const kind = i < 20 ? k % 3 : rng.int(0, 4);
        if (kind === 0) return shiftLut(rng.uniform(-0.3, 0.3));
        if (kind === 1) return scaleLut(rng.uniform(0.8, 1.2));
        if (kind === 2) return gammaOf(rng.uniform(0.8, 1.2));
        return Uint8Array.from({ length: 256 }, () => rng.int(0, 256));
      });
      const expected = plain(values, tables);
      const where = `${length} bytes, draw ${i}`;
      const ordinary = new Uint8Array(length + 8).fill(77);
      applyTables(values, tables, ordinary.subarray(0, length));
      same(ordinary.subarray(0, length), expected, where);
      assert.ok(
        ordinary.subarray(length).every((v) => v === 77),
        `${where}: wrote past its end`,
      );
      applyTables(inside, tables, out);
      same(out, expected, `${where}, in the engine's memory`);
      same(inside, values, `${where}: the input`);
    }
    freeBuffer(inside);
    freeBuffer(out);
  }
});

test('fused steps of a sequence are those applied singly', () => {
  const rng = new Rng(2, 'chains');
  const image = picture(120, 90, 3);
  for (let i = 0; i < 30; i++) {
    const steps: Step[] = [
      { name: 'RandomBrightness', params: { beta: rng.uniform(-0.2, 0.2) } },
      { name: 'RandomContrast', params: { alpha: rng.uniform(0.5, 1.5) } },
      { name: 'RandomGamma', params: { gamma: rng.uniform(0.7, 1.3) } },
    ];
    const options = { restore: 'none' } as const;
    const singly = steps.reduce((current, step) => applySteps(current, [step], options), image);
    same(applySteps(image, steps, options).data, singly.data, `draw ${i}`);
  }
});
