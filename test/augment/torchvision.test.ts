import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  baselinePolicy,
  createTransform,
  drawPolicy,
  randAugment,
  type Params,
  type Step,
} from '../../src/augment/index.js';
import type { Size } from '../../src/image/image.js';
import { fixtures, goldenPicture, shortHash } from './support/golden.js';

type Case = [
  name: string,
  params: Params,
  height: number,
  width: number,
  channels: 1 | 3,
  hash: string,
];
type Table = Record<string, [magnitudes: number[], signed: boolean]>;
interface Fixture {
  torchvision: string;
  pillow: string;
  tables: Record<string, Record<'randaugment' | 'trivialaugment', Table>>;
  cases: Case[];
}

// Made by test/fixtures/augment/make_torchvision.py from the real one.
const fixture = JSON.parse(
  gunzipSync(readFileSync(join(fixtures, 'torchvision.json.gz'))).toString(),
) as Fixture;
const { torchvision, pillow, tables, cases } = fixture;

for (const name of new Set(cases.map(([n]) => n)))
  test(`${name} gives the bytes of torchvision ${torchvision} on Pillow ${pillow}`, () => {
    const transform = createTransform({ name });
    for (const [n, params, height, width, channels, hash] of cases) {
      if (n !== name) continue;
      const result = transform.apply(goldenPicture(width, height, channels), params);
      assert.equal(
        shortHash(result.data),
        hash,
        `${height}x${width}x${channels} ${JSON.stringify(params)}`,
      );
    }
  });

const fieldOf: Record<string, string> = {
  ShearX: 'shear',
  ShearY: 'shear',
  TranslateX: 'pixels',
  TranslateY: 'pixels',
  Rotate: 'degrees',
  Posterize: 'bits',
  Solarize: 'threshold',
};

/** Our parameter for a magnitude of torchvision's table. */
function parameter(name: string, magnitude: number): number {
  if (name.startsWith('Translate')) return Math.trunc(magnitude);
  return fieldOf[name] === undefined ? 1 + magnitude : magnitude;
}

function draws(policy: Parameters<typeof drawPolicy>[0], size: Size, n: number): Step[][] {
  return Array.from({ length: n }, (_, index) =>
    drawPolicy(policy, size, { seed: 9, purpose: 'train', epoch: 0, index }),
  );
}

const sizes: [string, Size][] = [
  ['32x32', { height: 32, width: 32 }],
  ['48x64', { height: 48, width: 64 }],
];
for (const [text, size] of sizes) {
  test(`TrivialAugmentWide draws every level of torchvision's table, at ${text}`, () => {
    const table = tables[text].trivialaugment;
    const steps = draws(baselinePolicy('trivialaugment', size), size, 40_000);
    const counts = new Map<string, Map<number, number>>();
    for (const drawn of steps) {
      assert.ok(drawn.length <= 1);
      for (const { name, params } of drawn) {
        const field = fieldOf[name] ?? 'factor';
        const of = counts.get(name) ?? new Map<number, number>();
        const value = Number(params[field] ?? 0);
        of.set(value, (of.get(value) ?? 0) + 1);
        counts.set(name, of);
      }
    }
    for (const [name, [magnitudes, signed]] of Object.entries(table)) {
      if (name === 'Identity') continue;
      const expected = new Map<number, number>();
      const share = 1 / Object.keys(table).length;
      if (magnitudes.length === 0) expected.set(0, share);
      for (const m of magnitudes)
        for (const sign of signed ? [1, -1] : [1]) {
          const value = parameter(name, sign * m) + 0;
          const each = share / magnitudes.length / (signed ? 2 : 1);
          expected.set(value, (expected.get(value) ?? 0) + each);
        }
      const got = counts.get(name)!;
      // What changes nothing is no step.
      const nothing = ['factor', 'bits', 'threshold'].includes(fieldOf[name] ?? 'factor')
        ? ({ Posterize: 8, Solarize: NaN }[name] ?? 1)
        : 0;
      for (const [value, p] of expected) {
        if (value === nothing && magnitudes.length > 0) continue;
        const n = got.get(value) ?? 0;
        const sd = Math.sqrt(40_000 * p * (1 - p));
        assert.ok(Math.abs(n - 40_000 * p) < 5 * sd, `${name} ${value}: ${n} of ${40_000 * p}`);
      }
      for (const value of got.keys()) assert.ok(expected.has(value), `${name} ${value}`);
    }
  });

  test(`RandAugment draws two of torchvision's operations at magnitude 9, at ${text}`, () => {
    const table = tables[text].randaugment;
    const n = 14_000;
    const counts: Record<string, number> = {};
    for (const drawn of draws(randAugment(size), size, n)) {
      assert.ok(drawn.length <= 2);
      for (const { name, params } of drawn) {
        counts[name] = (counts[name] ?? 0) + 1;
        const [magnitudes, signed] = table[name];
        if (magnitudes.length === 0) continue;
        const value = Number(params[fieldOf[name] ?? 'factor']);
        const allowed = [parameter(name, magnitudes[9]), parameter(name, -magnitudes[9])];
        assert.ok((signed ? allowed : allowed.slice(0, 1)).includes(value), `${name} ${value}`);
      }
    }
    for (const name of Object.keys(table).filter((op) => op !== 'Identity')) {
      const expected = (2 * n) / 14;
      assert.ok(Math.abs(counts[name] - expected) < 5 * Math.sqrt(expected), `${name}`);
    }
  });
}

test('the standard augmentation crops within 4 pixels at 32 and flips half of the images', () => {
  const size = { height: 32, width: 32 };
  const offsets = new Set<string>();
  let flips = 0;
  for (const drawn of draws(baselinePolicy('standard', size), size, 4000))
    for (const { name, params } of drawn)
      if (name === 'HorizontalFlip') flips++;
      else {
        assert.equal(name, 'PaddedCrop');
        offsets.add(`${String(params.x)},${String(params.y)}`);
        assert.ok(Math.abs(Number(params.x)) <= 4 && Math.abs(Number(params.y)) <= 4);
      }
  assert.ok(Math.abs(flips - 2000) < 160, String(flips));
  // All but the one that changes nothing.
  assert.equal(offsets.size, 80);
});
