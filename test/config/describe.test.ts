import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/core/index.js';
import { describeConfig } from '../../src/config/index.js';

/** The words of a page without the spaces and rules that formatting puts between them. */
const words = (text: string): string => text.replace(/[\s\\]+/g, ' ').replace(/-{3,}/g, '---');

test('docs/config.md is what the schema says (scripts/config-docs.mjs writes it)', () => {
  const page = readFileSync(join(packageRoot(), 'docs', 'config.md'), 'utf8');
  assert.equal(words(page), words(describeConfig()));
});
