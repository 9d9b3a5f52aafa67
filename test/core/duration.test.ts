import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDuration } from '../../src/core/index.js';

test('parses durations', () => {
  assert.equal(parseDuration('90s'), 90);
  assert.equal(parseDuration('20m'), 1200);
  assert.equal(parseDuration('1h30m'), 5400);
  assert.equal(parseDuration(' 1.5 H '), 5400);
  for (const bad of ['', '20', 'm', '0m', '20 minutes', '-5m', '1h30'])
    assert.equal(parseDuration(bad), undefined, bad);
});

test('writes durations for people', () => {
  assert.equal(formatDuration(0.44), '0.4 s');
  assert.equal(formatDuration(42.4), '42 s');
  assert.equal(formatDuration(119.6), '2 min');
  assert.equal(formatDuration(3570), '1 h 00 min');
  assert.equal(formatDuration(3900), '1 h 05 min');
  assert.equal(formatDuration(Infinity), 'unknown');
});
