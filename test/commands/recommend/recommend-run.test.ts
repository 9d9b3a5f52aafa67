import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { recommendText } from '../../../src/cli/verbs/recommend/recommend-text.js';
import { recommend, recommendLong } from '../../../src/commands/learn/recommend.js';
import { flipKeepsLabels } from '../../../src/commands/recommend/left-out.js';
import { recommendRun } from '../../../src/commands/recommend/recommend-run.js';
import { epochsOfPhases, recipeAt } from '../../../src/commands/train/phases.js';
import { recipeFor } from '../../../src/commands/train/policy-recipe.js';
import { resolveLearnConfig, resolveTrainConfig } from '../../../src/config/index.js';
import { UserError } from '../../../src/core/index.js';
import { selectionSchema, type Selection } from '../../../src/run/files/index.js';
import { broken, kept, said } from '../check/graded-run.js';
import { manifest, selection as small } from '../../report/small-run.js';

const size = { height: 32, width: 32 };
const names = ['HorizontalFlip', 'VerticalFlip', 'RandomCrop', 'Blur', 'RandomGamma'];
const plan = { epochs: 20, validateEvery: 4, imagesPerSecond: 400, seconds: 300, reason: 'fits' };

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'recommend-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, value: object) =>
  writeFileSync(join(folder, name), JSON.stringify(value));

/** A run folder of which crop, flip and gamma keep the labels; 2,800 images of ten classes, 560 for testing. */
function learned(changed: { policy?: object; data?: object; plan?: object; config?: object } = {}) {
  const keepers = ['RandomCrop', 'HorizontalFlip', 'RandomGamma'].map((name) => ({
    spec: { name },
  }));
  const policy = { ...recommend({ keepers, size, restore: 'reflect' }), size };
  const subset = { size: 1, p: 0.5, restore: 'reflect', transforms: [{ name: 'RandomGamma' }] };
  const selection: Selection = selectionSchema.parse({
    ...small,
    augmentations: [
      said({ name: 'HorizontalFlip', ...kept }),
      said({ name: 'VerticalFlip', ...broken }),
      said({ name: 'RandomCrop', ...kept }),
      said({ name: 'Blur', verdict: 'unsafe', grade: 'undecided' }),
      said({ name: 'RandomGamma' }),
    ],
    keep: ['HorizontalFlip', 'RandomCrop', 'RandomGamma'],
    keepV2: ['HorizontalFlip', 'RandomCrop', 'RandomGamma'],
  });
  write('selection.json', selection);
  write('policy.json', {
    ...{ version: 1, data: 'photos', ...size, safe: subset, safeV2: subset },
    recommended: { policy, last: subset, lastShare: 0.1 },
    ...changed.policy,
  });
  const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`);
  write('manifest.json', {
    ...manifest,
    split: { train: 1960, calibration: 210, judging: 630, test: 560 },
    data: { ...manifest.data, ...size, source: 'my photos', channels: 3, classes, ...changed.data },
    plan: { ...plan, ...changed.plan },
  });
  write('config.json', {
    ...resolveLearnConfig({ flags: { data: 'my photos', out: folder, augmentations: names } }),
    ...{ batch: 64, judging: { fraction: 0.3 } },
    ...changed.config,
  });
  const time = (seconds: number) => new Date(1e12 + 1000 * seconds).toISOString();
  const events = [
    { time: time(0), type: 'started', out: folder },
    { time: time(4), type: 'phase', phase: 'plan' },
  ];
  writeFileSync(join(folder, 'events.jsonl'), events.map((e) => JSON.stringify(e)).join('\n'));
  return folder;
}

const failure = (call: () => unknown): UserError => {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('phases', () => {
  test('are those of train, for any number of epochs', () => {
    const run = learned();
    const config = resolveTrainConfig({
      flags: { data: 'my photos', policy: 'recommended', from: run, out: 'out' },
    });
    const recipe = recipeFor(config, { classes: [], size });
    assert.equal(recipe.kind, 'phases');
    const main = recipeAt(recipe, 0, 100);
    for (const epochs of [1, 4, 5, 10, 14, 15, 16, 61]) {
      const { plan } = recommendRun({ run, epochs });
      let first = 0;
      for (let epoch = 0; epoch < epochs; epoch++)
        if (recipeAt(recipe, epoch, epochs) === main) first++;
      assert.deepEqual(plan.phases, [first, epochs - first], `${epochs}`);
      assert.equal(plan.epochs, epochs);
      assert.equal(plan.by, 'epochs');
    }
    assert.deepEqual(epochsOfPhases({ kind: 'none' }, 7), [7]);
    assert.deepEqual(recommendRun({ run, epochs: 4 }).plan.phases, [4, 0]);
    assert.deepEqual(recommendRun({ run, epochs: 61 }).plan.phases, [55, 6]);
  });

  test('of a budget are reckoned with the speed of learn; twice the speed is about twice the epochs', () => {
    const at = (imagesPerSecond: number, budget?: string) =>
      recommendRun({ run: learned({ plan: { imagesPerSecond } }), budget }).plan;
    const { epochs, imagesPerEpoch, seconds, speed } = at(400, '10m');
    // 2,520 images in batches of 64: 2,496 an epoch, 6.24 s.
    assert.equal(imagesPerEpoch, 2496);
    assert.equal(speed.imagesPerSecond, 400);
    // 564 s of the budget, less 4 s of reading, 18 s of measuring, and looks at held-out images.
    assert.ok(epochs >= 80 && epochs <= 86, `${epochs}`);
    assert.ok(seconds > 500 && seconds < 600, `${seconds}`);
    const twice = at(800, '10m').epochs / epochs;
    assert.ok(twice > 1.9 && twice < 2.1, `${twice}`);
    const usual = at(400);
    assert.equal(usual.by, 'default');
    assert.equal(usual.budget, 1200);
    assert.equal(usual.epochs, at(400, '20m').epochs);
  });

  test('of a run of judge are reckoned with the speed of the run whose network it used', () => {
    const network = join(folder, 'network');
    mkdirSync(network);
    const run = learned({ plan: { imagesPerSecond: 0 } });
    const judged = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'));
    const failed = failure(() => recommendRun({ run, epochs: 3 }));
    assert.equal(failed.code, 'RUN_SPEED');
    write('network/manifest.json', { ...judged, plan: { ...plan, imagesPerSecond: 123 } });
    write('manifest.json', { ...judged, directory: '.', judgedFrom: 'network' });
    assert.equal(recommendRun({ run, epochs: 3 }).plan.speed.imagesPerSecond, 123);
  });

  test('hold out the val part where learn has, and all images that folds have judged', () => {
    const seen = (split: object, folds?: number) => {
      const run = learned({ plan: { ...(folds && { folds }) } });
      const stored = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'));
      write('manifest.json', { ...stored, split });
      return recommendRun({ run, epochs: 10 }).training.images;
    };
    assert.equal(seen({ train: 2000, calibration: 50, judging: 150, test: 500 }), 2000);
    assert.equal(seen({ train: 216, calibration: 24, judging: 480, test: 120 }, 2), 432);
  });
});

describe('what is printed', () => {
  test('is the policy, the phases, the gain and the command', () => {
    const text = recommendText(recommendRun({ run: learned(), epochs: 30 }), 200);
    assert.match(text, /Every image: PaddedCrop \(padding up to \d px\)/);
    assert.match(text, /50 % of the images: HorizontalFlip/);
    assert.match(
      text,
      /One of these \(50 % of the images each; nothing: 50 %\): RandomGamma \(gammaLimit up to 20 percent\)/,
    );
    assert.match(text, /Left out: 1 \(labels broken\), 1 \(undecided\), 1 \(the padded crop/);
    assert.match(text, /27 epochs with this policy, then 3 with the safe set alone \(RandomGamma/);
    assert.match(text, /estimate.*400 images\/s \(a processor/);
    assert.match(text, /Over no augmentation: not known: no data were measured that are similar/);
    assert.match(text, /Nearest, but too unlike: reduced CIFAR-10, 3,600 images/);
    assert.match(
      text,
      new RegExp(`train 'my photos' --policy recommended --from ${folder} --epochs 30$`),
    );
  });

  test('says what a training draws at first, and at most', () => {
    const harm = { value: 0.1, low: 0, high: 0.2 };
    const shear = { name: 'Shear', options: {}, harm, harmless: true };
    const ranges = { keepers: [{ spec: { name: 'CLAHE' } }], size, restore: 'reflect' as const };
    const long = { ...recommendLong(ranges, { additions: [shear] }), size };
    const subset = { size: 0, p: 0.5, restore: 'reflect', transforms: [] };
    const policy = { ...recommend(ranges), size };
    const own = { policy, last: subset, lastShare: 0.1, long: { epochs: 100, policy: long } };
    const found = recommendRun({ run: learned({ policy: { recommended: own } }), epochs: 30 });
    const [first, most, ...rest] = recommendText(found, 300).split(/\n\n/);
    assert.match(first, /^  One of these \(33 % .*CLAHE.*; Shear/m);
    assert.match(most, /^At most, as far as the training gets ahead of its held-out images\n/);
    assert.match(most, /Three times, one after the other, one of these \(33 % .*CLAHE.*; Shear/);
    assert.match(
      rest[0],
      /^Phases\n {2}30 epochs, the first and the last 3 with the images as they are/,
    );
    assert.match(
      rest[0],
      /as far as the training gets ahead .* this policy, and then more; from nine of ten right on, two changes or more\./,
    );
    assert.deepEqual(found.policy.most?.map(({ name }) => name).slice(0, 2), ['CLAHE', 'Shear']);
    const still = recommendRun({ run: learned(), epochs: 30 });
    assert.equal(still.policy.most, undefined);
    assert.doesNotMatch(recommendText(still, 300), /At most/);
  });

  test('keeps to the width of the terminal, but for the command', () => {
    const lines = recommendText(recommendRun({ run: learned() }), 60).split('\n');
    for (const line of lines.slice(0, -1)) assert.ok(line.length <= 60, line);
  });

  test('names the row where similar data were measured', () => {
    const found = recommendRun({ run: learned(), epochs: 270 });
    const [none, standard] = found.gains;
    assert.deepEqual(
      none.rows.map(({ row }) => row.data),
      ['reduced CIFAR-10', 'CIFAR-10'],
    );
    assert.equal(none.state, 'gain');
    assert.equal(standard.rows.length, 2);
    const text = recommendText(found, 200);
    assert.match(text, /Over no augmentation: \+19\.8 \[.*\] on 2 similar data sets/);
    assert.match(text, /Measured on: reduced CIFAR-10, .*150 epochs, 3 seeds/);
    assert.match(text, / CIFAR-10, .*60 epochs, 3 seeds, top-1 of 5,000 test images/);
    assert.match(text, /from one data set to another is not in it/);
  });

  test('says where nothing keeps the labels, and trains without', () => {
    const nothing = recommend({ keepers: [], size, restore: 'reflect' });
    const last = { size: 0, p: 0.5, restore: 'reflect', transforms: [] };
    const policy = { recommended: { policy: { ...nothing, size }, last, lastShare: 0.1 } };
    const found = recommendRun({ run: learned({ policy }), epochs: 10 });
    assert.match(recommendText(found), /Nothing: no augmentation is known to keep the labels/);
    assert.match(found.command, /--policy none --epochs 10$/);
    assert.deepEqual(
      found.gains.map(({ state }) => state),
      ['not known', 'not known'],
    );
  });

  test('has a command with what else says how the images are read', () => {
    const config = { groupBy: '{patient}_*', onBadFile: 'skip' };
    const { command } = recommendRun({ run: learned({ config }), budget: '1h' });
    assert.match(command, /--budget 1h --group-by '\{patient\}_\*' --on-bad-file skip$/);
    // A run of an earlier version read all pixels: others would be taken for other images.
    const older = { decoding: 'full', resizing: 'earlier', namesAlike: 'apart' };
    const earlier = { run: learned({ config: older }), budget: '1h' };
    assert.match(
      recommendRun(earlier).command,
      /--set namesAlike=apart --set decoding=full --set resizing=earlier$/,
    );
  });
});

test('a flip breaks labels where it surely costs the task something, and is open where that is not sure', () => {
  const of = (changed: object, inPolicy = false) => {
    const flip = said({
      name: 'HorizontalFlip',
      verdict: 'unsafe',
      grade: 'undecided',
      ...changed,
    });
    return flipKeepsLabels({ ...small, harmMargin: 0.2, augmentations: [flip] }, inPolicy);
  };
  const harm = (low: number) => ({ harm: { value: low + 0.03, low, high: low + 0.06 } });
  assert.equal(of({ grade: 'label-breaking' }), false);
  assert.equal(of(harm(0.11)), false);
  assert.equal(of(harm(0.04)), null);
  assert.equal(of(harm(0.11), true), true);
  assert.equal(flipKeepsLabels({ ...small, augmentations: [] }, false), null);
});

describe('mistakes', () => {
  test('a budget and epochs, and a budget in which nothing can be trained', () => {
    const run = learned();
    assert.equal(
      failure(() => recommendRun({ run, budget: '1h', epochs: 3 })).code,
      'RECOMMEND_LENGTH',
    );
    const small = failure(() => recommendRun({ run, budget: '1s' }));
    assert.equal(small.code, 'BUDGET_TOO_SMALL');
    assert.match(small.problem.expected ?? '', /at least .* on this machine/);
    for (const wrong of [{ epochs: 0 }, { epochs: 1.5 }, { budget: 'soon' }])
      assert.equal(failure(() => recommendRun({ run, ...wrong })).code, 'CONFIG_INVALID');
  });

  test('a run of an earlier version is to be judged again', () => {
    const { code, problem } = failure(() =>
      recommendRun({ run: learned({ policy: { recommended: undefined } }) }),
    );
    assert.equal(code, 'POLICY_OLD');
    assert.match(problem.remedy ?? '', /judge again, without training/);
  });

  test('a folder that is no run, an unfinished run, and the run of another command', () => {
    assert.equal(
      failure(() => recommendRun({ run: join(folder, 'nowhere') })).code,
      'RUN_INCOMPLETE',
    );
    const run = learned();
    rmSync(join(run, 'policy.json'));
    const unfinished = failure(() => recommendRun({ run }));
    assert.equal(unfinished.code, 'RUN_INCOMPLETE');
    assert.match(unfinished.problem.remedy ?? '', /--resume/);
    write('config.json', { command: 'train' });
    assert.equal(failure(() => recommendRun({ run })).code, 'RUN_KIND');
  });
});
