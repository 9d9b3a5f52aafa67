import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison, Interval } from '../../src/run/files/index.js';
import { armTable } from '../../src/report/comparison/arm-table.js';

const interval = (value: number): Interval => ({ value, low: value - 0.01, high: value + 0.01 });

/** A comparison of two arms, with these differences. */
function compared(differences: { toNone?: Interval; toAll?: Interval }): Comparison {
  const arm = { runs: [], images: 1000, seconds: 60, figures: { top1: interval(0.8) } };
  return {
    figures: [{ key: 'top1', label: 'top-1', better: 'higher', share: true }],
    arms: [
      { ...arm, name: 'other', toNone: null, toAll: null },
      { ...arm, name: 'safe', toNone: null, toAll: null, ...differences },
    ],
  } as unknown as Comparison;
}

test('differences from none and from all have a column where they were trained', () => {
  const headsOf = (differences: { toNone?: Interval; toAll?: Interval }) =>
    armTable(compared(differences)).heads;
  assert.deepEqual(headsOf({}), ['arm', 'top-1', 'images', 'time']);
  assert.deepEqual(headsOf({ toAll: interval(0.03) }), [
    ...['arm', 'top-1', 'top-1 against all', 'images', 'time'],
  ]);
  const both = armTable(compared({ toNone: interval(0.05), toAll: interval(0.03) }));
  assert.deepEqual(both.heads.slice(2, 4), ['top-1 against none', 'top-1 against all']);
  assert.deepEqual(
    both.rows.map((row) => row.slice(2, 4)),
    [
      ['', ''],
      ['+5.0 [+4.0, +6.0]', '+3.0 [+2.0, +4.0]'],
    ],
  );
});
