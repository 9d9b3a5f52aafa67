import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictFree, identitiesIn } from '../../src/safe/index.js';

const candidate = (name: string, harm = 0, j = 0) => ({ name, harm, j });

test('the largest subset without a conflict is kept', () => {
  const all = ['a', 'b', 'c', 'd'].map((name) => candidate(name));
  assert.deepEqual(conflictFree(all, []), ['a', 'b', 'c', 'd']);
  // c is in conflict with all others: leaving it out keeps three.
  const conflicts = [
    ['c', 'a'],
    ['b', 'c'],
    ['c', 'd'],
  ] as const;
  assert.deepEqual(conflictFree(all, conflicts), ['a', 'b', 'd']);
});

test('of two in conflict the less harmful stays, then the less recognisable', () => {
  assert.deepEqual(conflictFree([candidate('a', 0.1), candidate('b', 0.02)], [['a', 'b']]), ['b']);
  assert.deepEqual(conflictFree([candidate('a', 0, 0.01), candidate('b', 0, 0.1)], [['a', 'b']]), [
    'a',
  ]);
});

test('a window in conflict with itself stays, and unknown names change nothing', () => {
  const all = [candidate('crop'), candidate('flip')];
  assert.deepEqual(
    conflictFree(all, [
      ['crop', 'crop'],
      ['crop', 'elsewhere'],
    ]),
    ['crop', 'flip'],
  );
});

test('more candidates than can be searched through still give a set without a conflict', () => {
  const all = Array.from({ length: 25 }, (_, i) => candidate(`t${i}`, i / 100));
  const conflicts = Array.from({ length: 24 }, (_, i) => [`t${i}`, `t${i + 1}`] as const);
  const chosen = conflictFree(all, conflicts);
  assert.equal(chosen.length, 13);
  for (const [a, b] of conflicts) assert.ok(!(chosen.includes(a) && chosen.includes(b)));
});

test('identities are named where all their members are in the set', () => {
  const found = identitiesIn(['HorizontalFlip', 'VerticalFlip', 'RandomRotate90']);
  assert.ok(found.some(({ same }) => same.includes('half turn')));
  assert.deepEqual(identitiesIn(['HorizontalFlip', 'Blur']), []);
});
