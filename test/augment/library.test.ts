import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as augmentations from '../../src/augment/index.js';
import * as library from '../../src/index.js';

test('the whole library offers everything that the augmentations alone offer', () => {
  const offered: Readonly<Record<string, unknown>> = library;
  for (const [name, value] of Object.entries(augmentations))
    assert.equal(offered[name], value, `${name} is missing in src/index.ts`);
});
