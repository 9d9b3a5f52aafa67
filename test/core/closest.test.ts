import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from '../../src/core/index.js';

test('proposes the name that needs the fewest edits, whatever its case', () => {
  const names = ['Blur', 'GaussianBlur', 'RandomCrop'];
  assert.equal(closest('Blurr', names), 'Blur');
  assert.equal(closest('gaussianblur', names), 'GaussianBlur');
  assert.equal(closest('RandmCrp', names), 'RandomCrop');
  assert.equal(closest('Transpose', names), undefined);
});

test('proposes nothing where half of the letters or more would change', () => {
  assert.equal(closest('n', ['p']), undefined);
  assert.equal(closest('nn', ['np', 'p']), undefined);
  assert.equal(closest('blah', ['blur']), undefined);
  assert.equal(closest('blu', ['blur']), 'blur');
  assert.equal(closest('P', ['p']), 'p');
  assert.equal(closest('', ['p']), undefined);
});
