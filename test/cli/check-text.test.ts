import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { checkText } from '../../src/cli/check-text.js';
import { checkRun, type CheckResult } from '../../src/commands/check/check.js';
import { broken, gradedRun, kept } from '../commands/check/graded-run.js';
import { cli } from './support/run-cli.js';

test('a table, the gravest first, then what follows', () => {
  const run = gradedRun([
    { name: 'HorizontalFlip', ...kept },
    { name: 'RandomRotate90', ...broken },
    { name: 'RandomGamma' },
  ]);
  const lines = checkText(checkRun({ run, recipes: ['autotrain'] })).split('\n');
  assert.match(lines[0], /^AutoTrain 0\.8\.36 \(image classification\): on by default, beside /);
  const table = lines.slice(3);
  assert.match(table[0], /^default +setting +images +here +to switch it off$/);
  assert.match(
    table[2],
    /^RandomRotate90 +A\.RandomRotate90\(\) +50 % +breaks labels here, 25 points of accuracy lost \[20, 30\] +remove A\.RandomRotate90\(\)$/,
  );
  const flip = table.find((line) => line.startsWith('HorizontalFlip'));
  // Nothing is to be done about it.
  assert.match(flip ?? '', /50 % +unsafe but label-keeping here$/);
  const text = lines.join('\n');
  assert.match(text, /Not judged in this run: .*RandomResizedCrop.*--augmentations wide/);
  assert.match(text, /Safe here, and off in AutoTrain: RandomGamma/);
  assert.match(lines.at(-1) ?? '', /^1 of 4 defaults of AutoTrain breaks labels here\.$/);
});

test('operations of which some are drawn stand below, by what they come to', () => {
  const run = gradedRun([{ name: 'RandomContrast', ...broken }]);
  const text = checkText(checkRun({ run, recipes: ['ultralytics'] }));
  assert.match(text, /breaks labels here: 1 of 13 operations/);
  assert.match(text, /\n {4}breaks labels here: Brightness \(breaks labels here already/);
  assert.match(text, /\n {4}not judged: ShearX, ShearY, /);
});

test('without a verdict the reason is said once, and nothing is claimed', () => {
  const grade = {
    verdict: 'undecided',
    grade: 'undecided',
    reason: 'undertrained: too short',
  } as const;
  const run = gradedRun([{ name: 'HorizontalFlip', ...grade, gradeReason: grade.reason }], {
    selection: { status: 'undertrained' },
  });
  const text = checkText(checkRun({ run, recipes: ['keras'] }));
  assert.match(text, /^No verdict: too short\.\n/);
  assert.equal(text.split('too short').length, 2);
  assert.match(text, /This run does not say whether a default of Keras breaks labels\.$/);
});

test('exit codes: 1 where labels break, 0 where none do, 2 for mistakes; --json is the whole', async () => {
  const bad = gradedRun([{ name: 'HorizontalFlip', ...broken }]);
  const good = gradedRun([{ name: 'HorizontalFlip', ...kept }]);
  const check = (...args: string[]) => cli(['check', ...args], process.cwd());
  const [breaks, fine, json, unknown, none] = await Promise.all([
    check(bad, '--recipe', 'keras', '--recipe', 'timm'),
    check(good, '--recipe', 'keras'),
    check(bad, '--recipe', 'fastai', '--json'),
    check(good, '--recipe', 'kears'),
    check(good),
  ]);
  assert.deepEqual(
    [breaks, fine, json, unknown, none].map(({ code }) => code),
    [1, 0, 1, 2, 2],
  );
  assert.match(breaks.out, /Keras[^]*timm/);
  assert.equal(breaks.err, '');
  assert.match(fine.out, /No default of Keras is known to break labels here\.\n$/);
  const result = JSON.parse(json.out) as CheckResult;
  assert.deepEqual([result.version, result.breaks, result.run], [1, true, bad]);
  assert.deepEqual(result, checkRun({ run: bad, recipes: ['fastai'] }));
  assert.match(unknown.err, /did you mean "keras"/);
  for (const run of [bad, good]) rmSync(run, { recursive: true });
});
