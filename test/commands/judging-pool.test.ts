import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poolOf, stretchesOf } from '../../src/commands/learn/judging-pool.js';

const images = 400;
const folds = 4;

/** A fold that judges every fourth image and calibrates on ten of the next one's. */
function network(fold: number) {
  const own = (f: number) =>
    Uint32Array.from({ length: images / folds }, (_, i) => i * folds + (f % folds));
  const split = { judging: own(fold), calibration: own(fold + 1).subarray(0, 10) };
  return { prepared: { split, data: {} } };
}
const networks = Array.from({ length: folds }, (_, f) => network(f));
const config = { seed: 1, restore: 'reflect' } as const;

test('a pool holds every judging image once, by the network that judges it, after those that calibrate', () => {
  const { held, calibration, folds: of, share } = poolOf(config, networks);
  assert.equal(share, 1);
  assert.equal(calibration, 40);
  assert.equal(held.length, images + 40);
  const judging = held.subarray(calibration);
  assert.deepEqual(
    [...judging].sort((a, b) => a - b),
    [...Array(images).keys()],
  );
  judging.forEach((image, i) => assert.equal(of![calibration + i], image % folds));
  held
    .subarray(0, calibration)
    .forEach((image, i) => assert.equal((of![i] + 1) % folds, image % folds));
});

test('each look holds images of all folds, fold by fold, and its passes are of one fold each', () => {
  const pool = poolOf(config, networks);
  const { calibration } = pool;
  const ends = [0, 100, 200, 400].map((n) => calibration + n);
  for (const [i, to] of ends.slice(1).entries()) {
    const stretches = stretchesOf(pool, { from: ends[i], to });
    assert.deepEqual(
      stretches.map(({ fold }) => fold),
      [0, 1, 2, 3],
    );
    for (const { indices, fold } of stretches) {
      assert.ok(indices.length > 10);
      assert.ok(indices.every((image) => image % folds === fold));
    }
  }
  const all = stretchesOf(pool).flatMap(({ indices }) => [...indices]);
  assert.deepEqual(all, [...pool.held]);
});

test('where time is short, the first of each fold and part are judged', () => {
  const { held, calibration, folds: of, share } = poolOf(config, networks, 220);
  assert.equal(share, 0.5);
  assert.equal(calibration, 20);
  assert.equal(held.length, 220);
  const counts = [0, 1, 2, 3].map(
    (f) => of!.subarray(calibration).filter((own) => own === f).length,
  );
  assert.deepEqual(counts, [50, 50, 50, 50]);
});

test('one network has no folds', () => {
  const pool = poolOf(config, networks.slice(0, 1));
  assert.equal(pool.folds, undefined);
  assert.equal(stretchesOf(pool).length, 1);
});
