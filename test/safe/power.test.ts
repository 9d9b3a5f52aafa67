import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedHalfWidth, imagesFor } from '../../src/safe/index.js';

test('what judging images can decide follows from the interval of the verdicts', () => {
  // As measured in docs/results/cifar10-10k: 2,250 images, half a width of 0.02 to 0.03.
  assert.ok(Math.abs(expectedHalfWidth(2250) - 0.0226) < 0.001);
  assert.ok(expectedHalfWidth(44) > 0.15 && expectedHalfWidth(44) < 0.2);
  const images = imagesFor(0.1);
  assert.ok(expectedHalfWidth(images) <= 0.1 && expectedHalfWidth(images - 1) > 0.1);
});
