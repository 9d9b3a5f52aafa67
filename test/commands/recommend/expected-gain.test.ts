import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EvidenceRow } from '../../../src/commands/recommend/evidence-row.js';
import {
  expectedGain,
  stateOf,
  type RecommendedTraining,
} from '../../../src/commands/recommend/expected-gain.js';
import { distanceBetween, similarRows } from '../../../src/commands/recommend/similar-data.js';

const about = (value: number, half: number) => ({ value, low: value - half, high: value + half });

const row = (changed: Partial<EvidenceRow> = {}): EvidenceRow => ({
  ...{ data: 'measured', source: 'here', network: 'resnet-small', measure: 'top-1' },
  ...{ images: 1000, classes: 10, height: 32, width: 32, pretrained: false },
  ...{ flips: true, crops: true },
  ...{ epochs: 30, imagesSeen: 30_000, seeds: 3, testImages: 500 },
  gains: { none: about(0.05, 0.02), standard: about(0.001, 0.008) },
  ...changed,
});

const own: RecommendedTraining = {
  ...{ task: 'classification', changes: true, flips: true, crops: true, flipKeepsLabels: true },
  ...{ images: 1000, classes: 10, height: 32, width: 32, pretrained: false, imagesSeen: 30_000 },
};

describe('how unlike a training is one that was measured', () => {
  test('each difference counts as stated, in both directions, and they add up', () => {
    assert.equal(distanceBetween(row(), own), 0);
    for (const [changed, distance] of [
      [{ images: 10_000 }, 1],
      [{ images: 100 }, 1],
      [{ classes: 100 }, 1],
      [{ height: 128, width: 100 }, 1],
      [{ height: 8, width: 8 }, 1],
      [{ imagesSeen: 3000 }, 1],
      [{ images: 10_000, imagesSeen: 300_000 }, 2],
    ] as const)
      assert.ok(Math.abs(distanceBetween(row(changed), own) - distance) < 1e-12, `${distance}`);
  });

  test('it never falls as one of them grows', () => {
    let last = 0;
    for (const images of [1000, 1100, 2000, 5000, 100_000]) {
      const distance = distanceBetween(row({ images }), own);
      assert.ok(distance >= last);
      last = distance;
    }
  });
});

describe('rows that count', () => {
  const wanted = { flips: true, crops: true, over: 'none' } as const;

  test('start alike, flip and crop alike, were measured, and are near', () => {
    const table = [
      row(),
      row({ data: 'weights', pretrained: true }),
      row({ data: 'no flip', flips: false }),
      row({ data: 'no crop', crops: false }),
      row({ data: 'far', images: 100_000 }),
      row({ data: 'none', gains: { none: null, standard: about(0, 0.1) } }),
    ];
    assert.deepEqual(
      similarRows(table, own, wanted).map((one) => one.row.data),
      ['measured'],
    );
  });

  test('are the nearest of each data set, nearest first', () => {
    const table = [
      row({ data: 'b', images: 2000 }),
      row({ data: 'a', imagesSeen: 60_000, epochs: 60 }),
      row({ data: 'a', imagesSeen: 40_000, epochs: 40 }),
    ];
    assert.deepEqual(
      similarRows(table, own, wanted).map((one) => [one.row.data, one.row.epochs]),
      [
        ['a', 40],
        ['b', 30],
      ],
    );
  });
});

describe('the gain to be expected', () => {
  test('is a gain or a loss where the interval leaves out 0', () => {
    assert.equal(stateOf(about(0.02, 0.01)), 'gain');
    assert.equal(stateOf(about(-0.02, 0.01)), 'loss');
  });

  test('is none where the interval keeps within a point of 0, and not known where it is wider', () => {
    assert.equal(stateOf(about(0.001, 0.008)), 'no gain');
    assert.equal(stateOf(about(0.003, 0.008)), 'not known');
    assert.equal(stateOf(about(-0.003, 0.008)), 'not known');
  });

  test('names the rows that it rests on', () => {
    const found = expectedGain([row(), row({ data: 'far', classes: 1000 })], own, 'standard');
    assert.equal(found.state, 'no gain');
    assert.deepEqual(
      found.rows.map((one) => one.row.data),
      ['measured'],
    );
    assert.equal(found.why, undefined);
  });

  test('comes from a prediction interval where three data sets are alike', () => {
    const table = ['a', 'b', 'c'].map((data) => row({ data }));
    assert.equal(expectedGain(table, own, 'none').gain?.method, 'prediction');
    assert.equal(expectedGain(table.slice(1), own, 'none').gain?.method, 'envelope');
  });

  test('is not known, with the reason and the nearest row, where nothing similar was measured', () => {
    const far = expectedGain([row({ images: 1e6 })], own, 'none');
    assert.deepEqual([far.state, far.gain, far.rows], ['not known', null, []]);
    assert.match(far.why ?? '', /similar enough/);
    assert.equal(far.nearest?.row.images, 1e6);
    const why = (changed: Partial<RecommendedTraining>, over: 'none' | 'standard' = 'none') =>
      expectedGain([row()], { ...own, ...changed }, over).why;
    assert.match(why({ pretrained: true }) ?? '', /starts from weights/);
    assert.match(
      why({ flips: false, flipKeepsLabels: false }) ?? '',
      /without a flip was measured/,
    );
    assert.match(why({ crops: false }) ?? '', /no policy without a padded crop and with a flip/);
    assert.match(why({ task: 'segmentation' }) ?? '', /only classification/);
    assert.match(why({ changes: false }) ?? '', /change nothing/);
  });

  test('over crop and flip needs to know whether a flip keeps the labels; over nothing it does not', () => {
    const table = [
      row({ flips: false, gains: { none: about(0.05, 0.02), standard: about(0.2, 0.1) } }),
    ];
    const open = { ...own, flips: false, flipKeepsLabels: null };
    assert.match(expectedGain(table, open, 'standard').why ?? '', /whether a flip keeps/);
    assert.equal(expectedGain(table, open, 'none').state, 'gain');
    assert.equal(
      expectedGain(table, { ...open, flipKeepsLabels: false }, 'standard').state,
      'gain',
    );
  });
});
