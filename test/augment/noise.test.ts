import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTransform } from '../../src/augment/index.js';
import type { Image } from '../../src/image/image.js';
import { fixtures } from './support/golden.js';

const noise = createTransform({ name: 'GaussNoise' });

interface NoiseFile {
  cases: { level: number; variance: number; mean: number; counts: number[] }[];
}
const golden = JSON.parse(readFileSync(join(fixtures, 'noise-1.3.1.json'), 'utf8')) as NoiseFile;

function flat(level: number, width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3).fill(level);
  return { width, height, channels: 3, data };
}

function draw(
  image: Image,
  seed: number,
  variance: number,
  mean = 0,
  perChannel = true,
): Uint8Array {
  return noise.apply(image, { variance, mean, perChannel, seed }).data;
}

test('values are as often as in Albumentations 1.3.1, cut off at both ends', () => {
  for (const { level, variance, mean, counts } of golden.cases) {
    const ours = new Float64Array(256);
    for (let seed = 0; seed < 8; seed++)
      for (const v of draw(flat(level, 500, 500), seed * 7919, variance, mean)) ours[v]++;
    const total = counts.reduce((a, b) => a + b, 0);
    assert.equal(
      ours.reduce((a, b) => a + b, 0),
      total,
    );
    // Two samples of one distribution: chi-square over values up to about three deviations away. Further out, the
    // 65,536 quantiles that noise is drawn from are a grey level apart and more: there the sums below tell.
    let chi = 0;
    let freedom = -1;
    let largest = 0;
    let [below, belowOurs] = [0, 0];
    for (let v = 0; v < 256; v++) {
      below += counts[v];
      belowOurs += ours[v];
      largest = Math.max(largest, Math.abs(below - belowOurs) / total);
      if (counts[v] + ours[v] < 4000) continue;
      chi += (counts[v] - ours[v]) ** 2 / (counts[v] + ours[v]);
      freedom++;
    }
    const limit = freedom + 5 * Math.sqrt(2 * freedom);
    assert.ok(chi < limit, `level ${level}: chi-square ${chi} for ${freedom} values`);
    assert.ok(largest < 0.001, `level ${level}: distributions ${largest} apart`);
  }
});

test('neighbours, channels and seeds are independent; one draw for all channels if asked', () => {
  const image = flat(128, 300, 300);
  const one = draw(image, 1, 100);
  const correlation = (a: (i: number) => number, b: (i: number) => number, n: number): number => {
    let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const [x, y] = [a(i), b(i)];
      sa += x;
      sb += y;
      saa += x * x;
      sbb += y * y;
      sab += x * y;
    }
    return (sab - (sa * sb) / n) / Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  };
  const n = 300 * 300 - 300;
  // 1 / sqrt(n) is 0.0033.
  for (const step of [1, 2, 3, 6, 900]) {
    const r = correlation(
      (i) => one[3 * i],
      (i) => one[3 * i + step],
      n - 2,
    );
    assert.ok(Math.abs(r) < 0.015, `correlation ${r} at a distance of ${step} values`);
  }
  const two = draw(image, 2, 100);
  assert.ok(
    Math.abs(
      correlation(
        (i) => one[i],
        (i) => two[i],
        n,
      ),
    ) < 0.015,
  );
  const shared = draw(image, 1, 100, 0, false);
  for (let p = 0; p < n; p++) {
    assert.equal(shared[3 * p], shared[3 * p + 1]);
    assert.equal(shared[3 * p], shared[3 * p + 2]);
  }
});
