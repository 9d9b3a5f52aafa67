import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateBuffer, createTransform, freeBuffer } from '../../src/augment/index.js';
import { invertAffine, rotationMatrix } from '../../src/augment/kernels/affine.js';
import * as lut from '../../src/augment/kernels/lut.js';
import * as noise from '../../src/augment/kernels/noise.js';
import * as quarterTurns from '../../src/augment/kernels/quarter-turns.js';
import * as resample from '../../src/augment/kernels/resizing.js';
import { separableParts } from '../../src/augment/kernels/separable.js';
import * as warp from '../../src/augment/kernels/warp-float.js';
import * as blur from '../../src/augment/transforms/blur.js';
import { referenceClaheRgb } from '../../src/augment/transforms/clahe/equalise.js';
import { claheRgb } from '../../src/augment/transforms/clahe/fast-equalise.js';
import * as horizontal from '../../src/augment/transforms/horizontal-flip.js';
import * as gamma from '../../src/augment/transforms/random-gamma.js';
import * as grey from '../../src/augment/transforms/to-gray.js';
import * as vertical from '../../src/augment/transforms/vertical-flip.js';
import { pointerOf } from '../../src/augment/wasm/memory.js';
import { wasmEngine } from '../../src/augment/wasm/engine.js';
import { Rng } from '../../src/core/index.js';
import { agree, sameBytes, type Kernel } from './support/agree.js';
import { picture } from './support/pictures.js';

// Every kernel in WebAssembly against the plain one beside it: the same bytes, at every size and channel
// count, from and to the engine's memory and ordinary arrays. Those of the wide set are in wide/fast-wide.test.ts.

agree('flipHorizontal', horizontal.flipHorizontal, horizontal.referenceFlipHorizontal);
agree('flipVertical', vertical.flipVertical, vertical.referenceFlipVertical);
agree('transpose', quarterTurns.transposePixels, quarterTurns.referenceTransposePixels);
for (const q of [1, 2, 3] as const)
  agree(
    `rotate90 by ${q}`,
    (s, w, h, c, d) => quarterTurns.rotate90(s, w, h, c, q, d),
    (s, w, h, c, d) => quarterTurns.referenceRotate90(s, w, h, c, q, d),
  );
agree(
  'greyRgb',
  (s, _w, _h, c, d) => (c === 3 ? grey.greyRgb(s, d) : d.set(s)),
  (s, _w, _h, c, d) => (c === 3 ? grey.referenceGreyRgb(s, d) : d.set(s)),
);
const anyTable = Uint8Array.from({ length: 256 }, (_, i) => (i * 167 + 13) & 255);
agree(
  'applyLut',
  (s, _w, _h, _c, d) => lut.applyLut(s, anyTable, d),
  (s, _w, _h, _c, d) => lut.referenceApplyLut(s, anyTable, d),
);
for (const beta of [0.13, -0.2, 0.2, -0.0039, 40 / 255 - 1e-9])
  agree(
    `shiftValues ${beta}`,
    (s, _w, _h, _c, d) => lut.shiftValues(s, beta, d),
    (s, _w, _h, _c, d) => lut.referenceApplyLut(s, lut.shiftLut(beta), d),
  );
for (const alpha of [0.83, 1.17, 0, 1, 0.5, 2.3])
  agree(
    `scaleValues ${alpha}`,
    (s, _w, _h, _c, d) => lut.scaleValues(s, alpha, d),
    (s, _w, _h, _c, d) => lut.referenceApplyLut(s, lut.scaleLut(alpha), d),
  );
for (const ksize of [3, 5, 7, 9, 11, 13, 21])
  agree(
    `boxBlur ${ksize}`,
    (s, w, h, c, d) => blur.boxBlur(s, w, h, c, ksize, d),
    (s, w, h, c, d) => blur.referenceBoxBlur(s, w, h, c, ksize, d),
  );
for (const [angle, scale, dx, dy, fill] of [
  [0, 1, 0, 0],
  [30, 1.1, 0.3, -2],
  [-170, 0.4, 20, 3],
  [90, 0.05, 0, 0],
  [0, 1, 0, 0, 0],
  [30, 0.9, 0.3, -2, 0],
  [-17, 0.4, 20.5, 3, 200],
])
  agree(
    `warpLinearFloat ${angle} ${scale} ${fill ?? 'reflected'}`,
    ...([warp.warpLinearFloat, warp.referenceWarpLinearFloat].map(
      (run): Kernel =>
        (s, w, h, c, d) => {
          const m = rotationMatrix(w / 2 - 0.5, h / 2 - 0.5, angle, scale);
          const shifted = [m[0], m[1], m[2] + dx, m[3], m[4], m[5] + dy] as const;
          run(s, w, h, c, invertAffine(shifted), fill, d);
        },
    ) as [Kernel, Kernel]),
  );
for (const [width, height] of [
  [32, 32],
  [7, 50],
  [1, 1],
  [200, 3],
])
  agree(
    `resizeLinear to ${width}x${height}`,
    (s, w, h, c, d) => resample.resizeLinear(s, w, h, c, width, height, d),
    (s, w, h, c, d) => resample.referenceResizeLinear(s, w, h, c, width, height, d),
    width * height,
  );
for (const [mean, deviation] of [
  [0, 5.5],
  [-20, 60],
])
  agree(
    `addNormalNoise ${mean} ${deviation}`,
    (s, _w, _h, c, d) => noise.addNormalNoise(s, c, 4000000000, mean, deviation, false, d),
    (s, _w, _h, c, d) => noise.referenceAddNormalNoise(s, c, 4000000000, mean, deviation, false, d),
  );
for (const [limit, x, y] of [
  [1, 8, 8],
  [3.7, 8, 8],
  [2, 3, 5],
  [0, 2, 2],
])
  agree(
    `claheRgb ${limit} ${x}x${y}`,
    (s, w, h, c, d) => (c === 3 ? claheRgb(s, w, h, limit, x, y, d) : d.set(s)),
    (s, w, h, c, d) => (c === 3 ? referenceClaheRgb(s, w, h, limit, x, y, d) : d.set(s)),
  );

test('gamma tables agree for all exponents', () => {
  const fast = new Uint8Array(256);
  const plain = new Uint8Array(256);
  const rng = new Rng(1, 'gamma');
  for (let i = 0; i < 2000; i++) {
    const exponent = i < 200 ? (i + 1) / 50 : rng.uniform(0.1, 4);
    if (exponent === 1) continue;
    gamma.gammaLut(exponent, fast);
    gamma.referenceGammaLut(exponent, plain);
    // Where a power is a whole number, the last bit of the two decides.
    for (let x = 0; x < 256; x++) {
      const exact = Math.pow(x / 255, exponent) * 255;
      if (Math.abs(exact - Math.round(exact)) > 1e-9)
        assert.equal(fast[x], plain[x], `${exponent}`);
      else assert.ok(Math.abs(fast[x] - plain[x]) <= 1, `${exponent}, ${x}`);
    }
  }
});

test('gamma tables of exponents beyond all reason', () => {
  const fast = new Uint8Array(256);
  const plain = new Uint8Array(256);
  for (const exponent of [1e-6, 0.01, 100, 999, 1001, 1e4, 1e6]) {
    gamma.gammaLut(exponent, fast);
    gamma.referenceGammaLut(exponent, plain);
    sameBytes(fast, plain, `${exponent}`);
  }
});

test('tables near the identity are taken apart, and give the same bytes', () => {
  const rng = new Rng(1, 'curves');
  const engine = wasmEngine();
  // Long enough for the kernels of curves, with a last stripe that is not.
  const values = Uint8Array.from({ length: (1 << 17) + 5 }, (_, i) => (i * 37) & 255);
  const out = new Uint8Array(values.length);
  let apart = 0;
  let number = 0;
  const kernels = new Set<number>();
  const check = (table: Uint8Array, what: string): void => {
    number++;
    lut.applyLut(values, table, out);
    for (let i = 0; i < out.length; i++)
      if (out[i] !== table[values[i]]) assert.fail(`${what}: ${values[i]} became ${out[i]}`);
    engine?.bytes.set(table, 1 << 19);
    const answer = engine?.kernels.fitCurve(1 << 19, (1 << 19) + 256) ?? 0;
    if (answer >= 0) apart++;
    kernels.add(answer);
  };
  const gammaOf = (exponent: number): Uint8Array => {
    const table = new Uint8Array(256);
    gamma.referenceGammaLut(exponent, table);
    return table;
  };
  for (let i = 0; i < 60; i++) check(gammaOf(rng.uniform(0.8, 1.2)), 'gamma');
  for (let i = 0; i < 40; i++) check(lut.scaleLut(rng.uniform(0.8, 1.2)), 'contrast');
  assert.ok(apart >= 98, `${apart} of 100 taken apart`);
  for (let i = 0; i < 30; i++) check(gammaOf(rng.uniform(0.2, 5)), 'strong gamma');
  for (let i = 0; i < 30; i++) {
    const [a, b] = [lut.scaleLut(rng.uniform(0.8, 1.2)), lut.shiftLut(rng.uniform(-0.2, 0.2))];
    const last = gammaOf(rng.uniform(0.8, 1.2));
    check(
      b.map((x) => last[a[x]]),
      'sequence',
    );
  }
  // Steps up and down at random: all shapes that segments can have, and many that they cannot.
  for (let i = 0; i < 400; i++) {
    let added = rng.int(-20, 21);
    const table = Uint8Array.from({ length: 256 }, (_, x) => {
      if (rng.bool(0.02 + (i % 10) / 100)) added += rng.bool(0.5) ? 1 : -1;
      return Math.max(0, Math.min(255, x + added));
    });
    check(table, 'staircase');
  }
  assert.ok(apart > 130 && apart < number, `${apart} of ${number} taken apart`);
  // With a lone step, rising and falling, values below 16 looked up or not.
  for (const kind of [0x130, 0x150, 0x230, 0x250])
    assert.ok(
      [...kernels].some((answer) => (answer & ~15) === kind),
      `no table of kind ${kind.toString(16)}`,
    );
});

test('shifts and products are those of the tables, for all draws', () => {
  const values = Uint8Array.from({ length: 256 }, (_, i) => i);
  const out = new Uint8Array(256);
  const rng = new Rng(1, 'values');
  let apart = 0;
  for (let i = 0; i < 3000; i++) {
    const alpha = rng.uniform(0, 3);
    if (separableParts(Math.fround(alpha))) apart++;
    lut.scaleValues(values, alpha, out);
    sameBytes(out, lut.scaleLut(alpha), `${alpha}`);
    const beta = rng.uniform(-1, 1);
    lut.shiftValues(values, beta, out);
    sameBytes(out, lut.shiftLut(beta), `${beta}`);
  }
  assert.ok(apart >= 2900, `${apart} of 3000 taken apart`);
});

test('buffers in the engine: given back, reused, and ordinary ones where there is no room', () => {
  const first = allocateBuffer(1000);
  assert.notEqual(pointerOf(first), 0);
  first.fill(3);
  freeBuffer(first);
  const second = allocateBuffer(1000);
  assert.equal(second.byteOffset, first.byteOffset);
  assert.ok(second.every((v) => v === 0));
  const huge = allocateBuffer(1 << 27);
  assert.equal(pointerOf(huge), 0);
  const image = picture(1500, 900, 3);
  const flipH = createTransform({ name: 'HorizontalFlip' });
  const there = flipH.apply(image, {});
  assert.deepEqual(flipH.apply(there, {}), image);
  assert.throws(() => freeBuffer(second.subarray(1)), { code: 'BUFFER' });
  freeBuffer(second);
});
