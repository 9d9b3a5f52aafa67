import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictTable } from '../../src/cli/verdict-table.js';
import { selection } from '../report/small-run.js';

test('aligns its columns, the least recognisable augmentation first', () => {
  const lines = verdictTable(selection, false).split('\n');
  const rows = lines.slice(2, 5);
  assert.deepEqual(
    rows.map((row) => row.split(/ +/)[0]),
    ['HorizontalFlip', 'RandomCrop', 'Blur'],
  );
  const verdicts = rows.map((row) => row.search(/safe|unsafe|undecided/));
  assert.equal(new Set(verdicts).size, 1);
  assert.equal(new Set(rows.map((row) => row.indexOf('['))).size, 1);
  assert.ok(lines.some((line) => line.includes('Safe: HorizontalFlip (1 undecided')));
  assert.doesNotMatch(lines.join(''), /\x1b/);
});

test('colours verdicts only where it is asked to', () => {
  assert.match(verdictTable(selection, true), /\x1b\[32msafe {5}\x1b\[0m/);
  assert.match(verdictTable(selection, true), /\x1b\[31munsafe/);
});

test('grades have a column, and lines of their own at the end', () => {
  const grades = ['label-breaking', 'safe', 'label-keeping'] as const;
  const augmentations = selection.augmentations.map((a, i) => ({ ...a, grade: grades[i] }));
  const text = verdictTable({ ...selection, augmentations }, false);
  assert.match(text, /augmentation +verdict +grade +J/);
  assert.match(text, /\nBlur +unsafe +label-breaking +\+0\.797/);
  assert.match(text, /Safe: .*\nLabel-keeping: RandomCrop\nLabel-breaking: Blur$/);
  assert.doesNotMatch(verdictTable(selection, false), /grade|Label/);
});

test('claims nothing when the network has not learned enough', () => {
  // The labels may be random while every control passed: the reason is judging's own.
  const reason =
    'undertrained: the accuracy is not shown to be better than guessing; check the labels';
  const augmentations = selection.augmentations.map((a) => ({
    ...a,
    verdict: 'undecided' as const,
    reason,
  }));
  const text = verdictTable(
    { ...selection, status: 'undertrained', safe: [], augmentations },
    false,
  );
  assert.match(text, /No verdict: the accuracy is not shown to be better than guessing; check/);
  assert.doesNotMatch(text, /positive controls/);
});
