import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from '../../src/core/index.js';

test('one of a thing is singular, any other number plural', () => {
  assert.equal(counted(1, 'epoch'), '1 epoch');
  assert.equal(counted(0, 'epoch'), '0 epochs');
  assert.equal(counted(12, 'class', 'classes'), '12 classes');
});
