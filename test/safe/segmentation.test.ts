import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  addRegions,
  emptyRegions,
  guessingIou,
  iouContributions,
  iouOf,
  joinRegions,
  meanOfPresent,
  regionsFrom,
  type Regions,
} from '../../src/metrics/index.js';
import { accuracyOf, skillOf } from '../../src/safe/harm.js';
import { measure, type Evidence } from '../../src/safe/measure.js';
import type { Pass } from '../../src/safe/scoring.js';
import { ClassScores } from '../../src/tasks/classification.js';
import { RegionScores } from '../../src/tasks/region-scores.js';

const classes = 4;
const pixels = 60;
const calibration = 10;

/** Images whose pixels are right with probability `right`, harder and easier ones among them. */
function seen(key: string, images: number, right: number): Regions {
  const regions = emptyRegions(images, classes);
  for (let i = 0; i < images; i++) {
    const rng = new Rng('truth', i);
    // Class 3 never occurs, and the commonest is 0.
    const truth = Array.from({ length: pixels }, () => (rng.bool(0.5) ? 0 : rng.int(1, 3)));
    const noise = new Rng(key, i);
    const own = Math.min(1, Math.max(0, right + 0.2 * (noise.float() - 0.5)));
    const said = truth.map((t) => (noise.bool(own) ? t : (t + 1) % 3));
    addRegions(regions, i, said, truth, 255);
  }
  return regions;
}

const scoresOf = (regions: Regions, images: number): RegionScores =>
  new RegionScores(new Float64Array(images), new Float64Array(images), regions, {
    classes: ['a', 'b', 'c', 'd'],
    colours: ['#000000', '#000001', '#000002', '#000003'],
  });
const miou = (regions: Regions): number => meanOfPresent(iouOf(regions));
const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
const near = (a: number, b: number, within = 1e-12) =>
  assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

describe("each image's part in the mean IoU", () => {
  test('has the mean IoU of the set as its mean, also where a class is absent', () => {
    const regions = seen('a', 50, 0.7);
    near(mean(iouContributions(regions)), miou(regions));
    const joined = joinRegions([regionsFrom(seen('a', 50, 0.7), 20), seen('b', 5, 0.6)]);
    near(mean(iouContributions(joined)), miou(joined));
    near(mean(iouContributions(emptyRegions(3, classes))), 0);
  });

  test('gives a paired change whose interval is that of the bootstrap', () => {
    const [applied, without] = [seen('x', 120, 0.6), seen('y', 120, 0.75)];
    const { value, low, high } = scoresOf(applied, 120).change([
      { applied: scoresOf(applied, 120), without: scoresOf(without, 120) },
    ]);
    near(value, miou(applied) - miou(without));
    // Percentile bootstrap: images drawn with replacement, both mean IoUs of the same draw.
    const rng = new Rng(1);
    const changes = Array.from({ length: 1000 }, () => {
      const weights = new Float64Array(120);
      for (let i = 0; i < 120; i++) weights[rng.int(0, 120)]++;
      return meanOfPresent(iouOf(applied, weights)) - meanOfPresent(iouOf(without, weights));
    }).sort((a, b) => a - b);
    near(low, changes[25], 0.1 * (high - low));
    near(high, changes[975], 0.1 * (high - low));
  });
});

describe('skill', () => {
  test('is the mean IoU of the judged images; guessing is calling all of them the commonest class', () => {
    const regions = seen('a', 40, 0.8);
    const task = scoresOf(regions, 40);
    const skill = skillOf(task, calibration);
    near(skill.score.mean, miou(regionsFrom(regions, calibration)));
    const judged = regionsFrom(regions, calibration);
    const totals = [0, 1, 2].map((c) =>
      judged.truth.reduce((sum, n, at) => sum + (at % classes === c ? n : 0), 0),
    );
    near(skill.chance, totals[0] / (totals[0] + totals[1] + totals[2]) / 3);
    near(guessingIou(judged), skill.chance);
  });

  test('is the probability of the true class where an image has one; guessing gives each class its share', () => {
    const task = new ClassScores(
      Float64Array.of(1, 0, 1, 1),
      Float64Array.of(-Math.log(0.9), -Math.log(0.2), -Math.log(0.6), -Math.log(0.7)),
      Int32Array.of(0, 0, 0, 1),
    );
    assert.deepEqual([...task.from(1).answers().values], [0, 1, 1]);
    task
      .from(1)
      .skill()
      .values.forEach((p, i) => near(p, [0.2, 0.6, 0.7][i]));
    near(skillOf(task, 0).score.mean, 0.6);
    near(skillOf(task, 0).chance, 0.75 ** 2 + 0.25 ** 2);
    near(accuracyOf(task, 0).score.mean, 0.75);
    near(accuracyOf(task, 0).chance, 0.75);
  });
});

describe('what an augmentation does to the task', () => {
  const pass = (key: string, right: number): Pass & { task: RegionScores } => {
    const regions = seen(key, 60, right);
    const scores = Float64Array.from({ length: 60 }, (_, i) => new Rng(key, 's', i).normal());
    return {
      scores: [scores],
      network: scores,
      task: scoresOf(regions, 60),
    };
  };
  const clean = pass('clean', 0.8);
  const draws = ['d', 'e'].map((key) => ({ applied: pass(key, 0.5), without: clean }));
  const evidence: Evidence = { looks: ['network'], clean, draws };

  test('is the paired change of the mean IoU over the judged images, mean over draws', () => {
    const m = measure(evidence, calibration);
    const expected = draws.map(
      ({ applied, without }) =>
        miou(regionsFrom(applied.task.regions, calibration)) -
        miou(regionsFrom(without.task.regions, calibration)),
    );
    near(m.taskChange.value, (expected[0] + expected[1]) / 2);
    near(mean(m.skillDifferences), m.taskChange.value);
    near(m.task.mean, m.taskChange.value);
    assert.ok(m.taskChange.low < m.taskChange.value && m.taskChange.value < m.taskChange.high);
    assert.ok(m.taskChange.high < 0, 'half of the pixels wrong is a loss');
    const accuracy = draws.map(({ applied }) =>
      miou(regionsFrom(applied.task.regions, calibration)),
    );
    near(m.taskAccuracy, (accuracy[0] + accuracy[1]) / 2);
  });

  test('is nothing where the pixels stay as they were', () => {
    const same: Evidence = {
      looks: ['network'],
      clean,
      draws: [{ applied: clean, without: clean }],
    };
    const { taskChange } = measure(same, calibration);
    // 50 judging images may all have missed what 7 % of images would do.
    const missed = 1 - 0.025 ** (1 / 50);
    assert.deepEqual([taskChange.value, taskChange.low, taskChange.high], [0, -missed, missed]);
  });
});
