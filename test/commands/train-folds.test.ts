import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareOf } from '../../src/commands/learn/folds/train-folds.js';

const plan = { epochs: 9, validateEvery: 1, imagesPerSecond: 20, seconds: 500, reason: '' };

test('folds share the time for training, and keep no more for judging than leaves each half of its own', () => {
  const of = (trainingSeconds: number, judgingSeconds: number, folds: number) => {
    const own = shareOf({ ...plan, trainingSeconds, judgingSeconds }, folds);
    return [own.trainingSeconds, own.judgingSeconds];
  };
  assert.deepEqual(of(300, 100, 5), [60, 20]);
  assert.deepEqual(of(300, 200, 5), [60, 30]);
  assert.deepEqual(of(300, 200, 1), [300, 200]);
  assert.equal(shareOf(plan, 3).trainingSeconds, undefined);
});
