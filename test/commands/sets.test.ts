import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { resolveLearnConfig } from '../../src/config/index.js';
import { PixelStore, sharedImages } from '../../src/data/index.js';
import { sharesOf } from '../../src/commands/learn/joint-learning.js';
import { requireApart, setNames } from '../../src/commands/learn/sets.js';

describe('the parts of a batch', () => {
  test('are equal for sets of one size, and go by the sizes of unlike ones', () => {
    assert.deepEqual(sharesOf([50000, 50000], 64), [32, 32]);
    assert.deepEqual(sharesOf([40000, 10000, 10000], 60), [40, 10, 10]);
    assert.deepEqual(sharesOf([100, 100, 100], 8), [3, 3, 2]);
  });

  test('make the batch full, with an image of every set and no more than there are', () => {
    for (const sizes of [
      [7, 90000],
      [1, 1, 30],
      [12, 20, 40, 8],
    ])
      for (const batch of [sizes.length, 8, 30]) {
        const shares = sharesOf(sizes, batch);
        assert.equal(
          shares.reduce((sum, n) => sum + n),
          batch,
        );
        shares.forEach((n, i) => assert.ok(n >= 1 && n <= sizes[i], `${shares}`));
      }
  });
});

test('data sets are called by their folders, no two alike', () => {
  const names = setNames(['a/photos', 'cifar10:x/photos', 'others/', '.', '/']);
  assert.deepEqual(names.slice(0, 3), ['photos', 'photos-2', 'others']);
  assert.equal(names[4], 'data');
  assert.equal(new Set(names).size, 5);
  assert.ok(names.every((name) => !/[/\\]|^\.+$/.test(name)));
});

test('folders that only begin alike are apart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apart-'));
  try {
    const [a, b] = ['photos', 'photos-2'].map((name) => join(folder, name));
    for (const each of [a, b]) mkdirSync(each);
    requireApart([a, b, join(folder, 'missing')]);
    assert.throws(() => requireApart([a, `cifar10:${a}`]), /same folder was given twice/);
    assert.throws(() => requireApart([join(b, 'x'), b]), /is inside another/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('images in common are counted', () => {
  const store = (...values: number[]) =>
    PixelStore.of(
      values.map((v) => ({ width: 1, height: 1, channels: 1, data: Uint8Array.of(v) })),
    );
  assert.deepEqual(sharedImages([store(1, 2, 3), store(4), store(3, 5, 3)]), [
    { first: 0, second: 2, images: 2 },
  ]);
});

describe('the settings of learn', () => {
  test('are those of one data set unless there are several', () => {
    const one = resolveLearnConfig({ flags: { data: ['photos'] } });
    assert.deepEqual(one, resolveLearnConfig({ flags: { data: 'photos' } }));
    assert.equal(one.data, 'photos');
    const both = resolveLearnConfig({ flags: { data: ['a/photos', 'b/others'] } });
    assert.deepEqual(both.data, ['a/photos', 'b/others']);
    assert.equal(both.out, 'runs/photos+others');
    assert.deepEqual({ ...both, data: one.data, out: one.out }, one);
  });

  test('may come from a file, and the command line wins', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    try {
      const file = join(folder, 'f.yaml');
      writeFileSync(file, 'data: [photos, others]\nseed: 5\n');
      assert.deepEqual(resolveLearnConfig({ file }).data, ['photos', 'others']);
      assert.equal(resolveLearnConfig({ file, flags: { data: ['x'] } }).data, 'x');
      writeFileSync(file, 'data: [photos]\n');
      assert.equal(resolveLearnConfig({ file }).data, 'photos');
      writeFileSync(file, 'data: []\n');
      assert.throws(() => resolveLearnConfig({ file }), /data: expected a folder/);
      writeFileSync(file, 'data: [photos, 7]\nbatch: 1\n');
      assert.throws(() => resolveLearnConfig({ file }), /data\[1\]: expected a folder/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('ask for a batch that holds an image of every data set', () => {
    const flags = { data: ['a', 'b', 'c'], batch: 2 };
    assert.throws(() => resolveLearnConfig({ flags }), /batch: expected at least 3/);
  });
});
