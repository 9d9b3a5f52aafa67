import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainTable } from '../../src/core/index.js';

test('aligns columns, numbers flush right, with nothing behind the last cell', () => {
  const rows = [
    ['Blur', '9', 'soft'],
    ['HorizontalFlip', '12.5', ''],
  ];
  assert.equal(
    plainTable({ heads: ['name', 'J', 'note'], rows, right: [1] }),
    [
      'name               J  note',
      '--------------------------',
      'Blur               9  soft',
      'HorizontalFlip  12.5',
    ].join('\n'),
  );
});

test('counts no width for colours, and needs no heads', () => {
  const rows = [
    ['\x1b[32msafe\x1b[0m', 'a'],
    ['unsafe', 'b'],
  ];
  assert.equal(plainTable({ rows }), '\x1b[32msafe\x1b[0m    a\nunsafe  b');
  assert.equal(plainTable({ rows: [] }), '');
});
