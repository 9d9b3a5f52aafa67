import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { checkRun, type DefaultFinding } from '../../../src/commands/check/check.js';
import { broken, gradedRun, kept, type Said } from './graded-run.js';

/** What the check says of one default. */
function found(all: readonly Said[], recipe: string, name: string, more = {}): DefaultFinding {
  const { recipes } = checkRun({ run: gradedRun(all, more), recipes: [recipe] });
  const one = recipes[0].defaults.find((d) => d.name === name);
  assert.ok(one, `${recipe} has no ${name}`);
  return one;
}

const flip = (more: Partial<Said>, given = {}): DefaultFinding =>
  found([{ name: 'HorizontalFlip', ...more }], 'autotrain', 'HorizontalFlip', given);

test('each grade has its own words, and no more than it says', () => {
  const breaks = flip(broken);
  assert.equal(breaks.standing, 'breaks-labels');
  assert.equal(breaks.words, 'breaks labels here, 25 points of accuracy lost [20, 30]');
  assert.equal(breaks.off, 'remove A.HorizontalFlip(p=0.5)');
  const keeps = flip(kept);
  assert.deepEqual(
    [keeps.standing, keeps.words],
    ['label-keeping', 'unsafe but label-keeping here'],
  );
  const unshown = flip({ verdict: 'undecided', grade: 'label-keeping' });
  assert.equal(unshown.words, 'label-keeping here, not shown to be safe');
  const open = flip({ verdict: 'undecided', grade: 'undecided', gradeReason: 'too few images' });
  assert.deepEqual(
    [open.standing, open.words, open.detail],
    ['undecided', 'undecided', 'too few images'],
  );
  const detected = flip({ verdict: 'unsafe', grade: 'undecided' });
  assert.equal(detected.words, 'unsafe; undecided whether it breaks labels');
  assert.deepEqual([flip({}).standing, flip({}).words], ['safe', 'safe here']);
});

test('a run without grades says unsafe, and never that labels break', () => {
  const run = gradedRun([{ name: 'HorizontalFlip', ...broken }], { grades: false });
  const result = checkRun({ run, recipes: ['keras'] });
  assert.equal(result.graded, false);
  assert.equal(result.breaks, false);
  const [one] = result.recipes[0].defaults;
  assert.equal(one.standing, 'unsafe');
  assert.match(one.words, /^unsafe here, 25 points of accuracy lost/);
});

test('classes whose labels break are named, and count', () => {
  const harm = { value: 0.5, low: 0.4, high: 0.6 };
  const one = flip({ ...kept, except: [{ class: 'keep left', harm }] });
  assert.equal(one.standing, 'breaks-some-labels');
  assert.equal(
    one.words,
    'breaks the labels of keep left (harm 0.50 [0.40, 0.60]); label-keeping for all others',
  );
  const run = gradedRun([{ name: 'HorizontalFlip', ...kept, except: [{ class: 'a', harm }] }]);
  assert.equal(checkRun({ run, recipes: ['autotrain'] }).breaks, true);
});

const shift = { name: 'ShiftScaleRotate' };
const turn = (said: readonly Said[]): DefaultFinding => found(said, 'fastai', 'Rotate');

test('a part of what was judged keeps the labels that the whole keeps', () => {
  assert.equal(turn([shift]).standing, 'safe');
  const keeps = turn([{ ...shift, ...kept }]);
  // It was recognised at 45 degrees: at 10 that is not known.
  assert.equal(keeps.words, 'label-keeping here, not shown to be safe');
  assert.equal(keeps.standing, 'label-keeping');
  const open = turn([{ ...shift, verdict: 'unsafe', grade: 'undecided' }]);
  assert.match(open.words, /^undecided at 10 degrees: unsafe at 45 degrees/);
});

test('a part of what breaks labels is not said to break them', () => {
  const one = turn([{ ...shift, ...broken }]);
  assert.equal(one.standing, 'undecided');
  assert.match(one.words, /^undecided at 10 degrees: breaks labels at 45 degrees/);
});

/** Turning alone, as far as it is safe and as far as it keeps the labels. */
const ranges = (safeUpTo: number | null, keepsUpTo: number | null) => {
  const to = (degrees: number | null) =>
    degrees === null
      ? null
      : { rotateLimit: [-degrees, degrees], scaleLimit: [0, 0], shiftLimit: [0, 0] };
  const [options, keepOptions] = [to(safeUpTo), to(keepsUpTo)];
  const range = { option: 'rotateLimit', unit: 'degrees', points: [] };
  return { strengths: [{ ...range, safeUpTo, options, keepsUpTo, keepOptions }] };
};

test('ranges of the run decide narrower settings, and give the argument that keeps to them', () => {
  const safe = turn([{ ...shift, ...broken, ...ranges(11.25, 11.25) }]);
  assert.deepEqual([safe.standing, safe.words], ['safe', 'safe here at 10 degrees']);
  const keeps = turn([{ ...shift, ...broken, ...ranges(null, 11.25) }]);
  assert.equal(keeps.standing, 'label-keeping');
  const beyond = turn([{ ...shift, ...broken, ...ranges(null, 5.63333) }]);
  assert.equal(beyond.standing, 'undecided');
  assert.match(beyond.words, /; label-keeping up to 5.63 degrees$/);
  assert.equal(beyond.limit, 'max_rotate=5.6333');
});

test('stronger than judged: what is safe is not judged there, what breaks labels breaks them all the more', () => {
  const policy = 'timm';
  const jitter = (more: Partial<Said>): DefaultFinding =>
    found([{ name: 'RandomContrast', ...more }], policy, 'ColorJitter');
  const [factor] = jitter({}).operations;
  assert.equal(factor.standing, 'not-judged');
  assert.equal(factor.words, 'not judged at 0.4 of the contrast: safe up to 0.2 of the contrast');
  const breaks = jitter(broken);
  assert.equal(breaks.standing, 'breaks-labels');
  assert.match(breaks.words, /^Brightness: breaks labels here already at 0.2 of the contrast, 25 /);
});

test('what is always at one level needs twice the range to be safe, and the whole of it to break labels', () => {
  // RandAugment multiplies by 0.73 or 1.27.
  const brightness = (limit: number, more = {}) =>
    found(
      [{ name: 'RandomContrast', options: { limit }, ...more }],
      'ultralytics',
      'RandAugment',
    ).operations.find(({ operation }) => operation === 'Brightness');
  assert.equal(brightness(0.5)?.standing, 'not-judged');
  assert.equal(brightness(0.54)?.standing, 'safe');
  assert.equal(brightness(0.27, broken)?.standing, 'breaks-labels');
  assert.equal(brightness(0.3, broken)?.standing, 'undecided');
});

test('another border is another augmentation', () => {
  // AutoGluon turns with black outside; a run mirrors unless told otherwise.
  const rotate = (options: Said['options']) =>
    found([{ ...shift, options }], 'autogluon', 'TrivialAugment').operations.find(
      ({ operation }) => operation === 'Rotate',
    );
  assert.equal(rotate({})?.standing, 'not-judged');
  assert.match(rotate({})?.words ?? '', /border.*similar: ShiftScaleRotate, safe$/);
  assert.equal(rotate({ fill: 0 })?.standing, 'safe');
});

test('what is done together is safe only where the pair was judged', () => {
  const both = [{ name: 'RandomContrast' }, { name: 'RandomBrightness' }];
  const together = (more: object): DefaultFinding =>
    found(both, 'autotrain', 'RandomBrightnessContrast', { selection: more });
  assert.equal(together({}).standing, 'not-judged');
  const members = ['RandomBrightness', 'RandomContrast'];
  const moreRecognised = { value: 0, low: -0.1, high: 0.1 };
  const pair = { members, j: 0, moreRecognised, conflict: false, evidence: 'J 0.01' };
  assert.equal(together({ pairs: [pair] }).standing, 'safe');
  const conflict = { ...pair, conflict: true, evidence: 'harm 0.3, beyond both alone 0.2' };
  const costly = together({ pairs: [conflict] });
  assert.deepEqual([costly.standing, costly.detail], ['undecided', conflict.evidence]);
});

test('conflicts of the run between defaults that are on are named', () => {
  const conflicts = [{ members: ['HorizontalFlip', 'RandomRotate90'], evidence: 'J 0.3' }];
  const all = [{ name: 'HorizontalFlip' }, { name: 'RandomRotate90' }, { name: 'Blur' }];
  const run = gradedRun(all, { selection: { conflicts } });
  const of = (recipe: string) => checkRun({ run, recipes: [recipe] }).recipes[0].conflicts;
  assert.deepEqual(of('autotrain'), conflicts);
  assert.deepEqual(of('keras'), []);
});

test('what is safe here and off in the tool has the argument that switches it on', () => {
  const all = [{ name: 'VerticalFlip' }, { name: 'Blur' }, { name: 'ToGray', ...kept }];
  const [{ leavesOff }] = checkRun({ run: gradedRun(all), recipes: ['ultralytics'] }).recipes;
  assert.deepEqual(leavesOff, [{ name: 'VerticalFlip', on: 'flipud=0.5' }, { name: 'Blur' }]);
});

test('masks have tables of their own, and a tool without one is refused', () => {
  const data = { task: 'segmentation' };
  const one = found([{ name: 'CLAHE' }], 'ultralytics', 'CLAHE', { data });
  assert.equal(one.standing, 'safe');
  const run = gradedRun([{ name: 'CLAHE' }], { data });
  assert.throws(() => checkRun({ run, recipes: ['timm'] }), { code: 'RECIPE_TASK' });
});

test('a network that has not learned enough leaves everything undecided, and says why', () => {
  const reason = 'undertrained: train longer';
  const grade = { verdict: 'undecided', grade: 'undecided', reason } as const;
  const run = gradedRun([{ name: 'HorizontalFlip', ...grade }], {
    selection: { status: 'undertrained' },
  });
  const result = checkRun({ run, recipes: ['keras'] });
  assert.equal(result.noVerdict, reason);
  assert.equal(result.recipes[0].defaults[0].standing, 'undecided');
});

test('every tool can be set beside a run that judged the fifteen', () => {
  const names = ['HorizontalFlip', 'RandomRotate90', 'ShiftScaleRotate', 'RandomSizedCrop', 'Blur'];
  const run = gradedRun(names.map((name) => ({ name, ...broken })));
  const recipes = [
    'ultralytics',
    'timm',
    'autogluon',
    'autotrain',
    'fastai',
    'keras',
    'torchvision',
  ];
  const result = checkRun({ run, recipes });
  const breaking = Object.fromEntries(result.recipes.map((r) => [r.recipe, r.breaking]));
  // AutoGluon's TrivialAugment flips nothing, and turns with another border.
  assert.deepEqual(breaking, {
    ...{ ultralytics: 1, timm: 1, autogluon: 0, autotrain: 2, fastai: 1, keras: 1 },
    torchvision: 1,
  });
});

test('a folder without a finished run, or an unknown recipe, is the user’s to mend', () => {
  const empty = mkdtempSync(`${tmpdir()}/check-`);
  assert.throws(() => checkRun({ run: empty, recipes: ['timm'] }), { code: 'RUN_INCOMPLETE' });
  const run = gradedRun([{ name: 'Blur' }]);
  assert.throws(() => checkRun({ run, recipes: ['tim'] }), {
    code: 'RECIPE_UNKNOWN',
    message: /did you mean "timm"/,
  });
});
