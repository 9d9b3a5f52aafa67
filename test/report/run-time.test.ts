import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventLine } from '../../src/run/files/index.js';
import { secondsOf } from '../../src/report/layout.js';

const at = (time: string, event: object): EventLine =>
  ({ time: `2026-01-02T${time}.000Z`, ...event }) as EventLine;
const started = { type: 'started', out: 'run' };
const phase = { type: 'phase', phase: 'train' };
const finished = { type: 'finished', status: 'trained', seconds: 30 };

test('adds the sittings of a run up, without the breaks between them', () => {
  const sittings = [
    at('03:00:00', started),
    at('03:02:00', phase),
    at('09:00:00', started),
    at('09:00:30', finished),
  ];
  assert.equal(secondsOf(sittings), 150);
});

test('takes what the end says where no start was kept, and nothing of a run that has not ended', () => {
  assert.equal(secondsOf([at('03:00:00', phase), at('03:00:40', finished)]), 30);
  assert.equal(secondsOf([at('03:00:00', started), at('03:02:00', phase)]), undefined);
  assert.equal(secondsOf([]), undefined);
});
