import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventLine } from '../../src/run/files/index.js';
import { warnings } from '../../src/report/warnings.js';

const warning = (message: string): EventLine => ({
  time: '2026-01-01T00:00:00Z',
  ...{ type: 'warning', code: 'DATA', message },
});

test('warnings reach the report, each once, and none makes no section', () => {
  assert.ok(warnings([]).isEmpty);
  const html = String(warnings([warning('3 <b> files'), warning('few'), warning('3 <b> files')]));
  assert.match(html, /<h2 id="warnings">Warnings<\/h2>/);
  assert.equal(html.match(/3 &lt;b&gt; files/g)?.length, 1);
  assert.match(html, /few/);
});
