import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  freeAll,
  keep,
  liveTensors,
  noGrad,
  ones,
  relu,
  scope,
  sum,
  TensorError,
} from '../../src/tensor/index.js';

test('a scope frees what it made, and keeps what it returns', () => {
  const before = liveTensors();
  const { list, map } = scope(() => {
    const a = ones([2]);
    const inner = scope(() => relu(ones([3])));
    add(a, 1);
    return { list: [inner], map: new Map([['a', a]]) };
  });
  assert.equal(liveTensors(), before + 2);
  assert.equal(list[0].isFreed || map.get('a')!.isFreed, false);
  freeAll([list[0], map.get('a')!]);
  assert.equal(liveTensors(), before);
});

test('what is kept outlives every scope around', () => {
  const before = liveTensors();
  let kept = undefined as ReturnType<typeof ones> | undefined;
  scope(() => scope(() => void (kept = keep(ones([1])))));
  assert.equal(liveTensors(), before + 1);
  assert.equal(kept!.item(), 1);
  kept!.free();
  kept!.free();
  assert.equal(liveTensors(), before);
});

test('an exception frees as well and passes through', () => {
  const before = liveTensors();
  assert.throws(
    () =>
      scope(() => {
        ones([2]);
        throw new RangeError('mine');
      }),
    /mine/,
  );
  assert.equal(liveTensors(), before);
});

test('an asynchronous body is refused', () => {
  assert.throws(() => scope(() => Promise.resolve(1)), TensorError);
});

test('noGrad builds no graph and is undone by an exception', () => {
  scope(() => {
    const x = ones([2]);
    x.requiresGrad = true;
    assert.equal(noGrad(() => sum(x)).requiresGrad, false);
    assert.throws(() =>
      noGrad(() => {
        throw new Error('mine');
      }),
    );
    assert.equal(sum(x).requiresGrad, true);
  });
});
