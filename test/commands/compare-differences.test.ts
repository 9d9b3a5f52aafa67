import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { difference, widest } from '../../src/commands/compare/differences.js';
import { Rng } from '../../src/core/index.js';
import { addRegions, emptyRegions, iouOf, meanOfPresent } from '../../src/metrics/index.js';
import { trainingResultSchema, type TrainingResult } from '../../src/run/files/index.js';

const images = 60;
const pixels = 400;

/** A segmentation's test: two classes, each pixel right with the probability of its image, `better` above. */
function segmented(seed: number, better: number): TrainingResult {
  const regions = emptyRegions(images, 2);
  for (let i = 0; i < images; i++) {
    const truth = Array.from({ length: pixels }, (_, p) => Number(p % 3 === 0));
    const rng = new Rng('pixels', seed, better, i);
    const right = 0.7 + 0.2 * new Rng('image', i).float() + better;
    const said = truth.map((t) => (rng.bool(right) ? t : 1 - t));
    addRegions(regions, i, said, truth, 255);
  }
  const words = (counts: Float64Array): string =>
    Buffer.from(Uint32Array.from(counts).buffer).toString('base64');
  return result('segmentation', 'iou', meanOfPresent(iouOf(regions)), {
    classes: [
      { name: 'a', iou: 0.5, colour: '#000000' },
      { name: 'b', iou: 0.5, colour: '#ffffff' },
    ],
    regions: { intersections: words(regions.intersections), unions: words(regions.unions) },
  });
}

/** A classification's test, in which the first so many images are right. */
function classified(right: number, groups?: string): TrainingResult {
  const perImage = Buffer.from(
    Uint8Array.from({ length: images }, (_, i) => (i < right ? 255 : 0)),
  ).toString('base64');
  return result('classification', 'top1', right / images, { perImage, groups });
}

function result(task: string, key: string, value: number, test: object): TrainingResult {
  return trainingResultSchema.parse({
    version: 1,
    command: 'train',
    task,
    policy: 'none',
    figures: [{ key, label: key, better: 'higher', share: true }],
    test: {
      images,
      metrics: { [key]: value },
      first: { value, low: value, high: value },
      perImage: '',
      ...test,
    },
    heldOut: { images, metrics: { [key]: value } },
    best: null,
    epochs: 1,
    images,
    seconds: 1,
  });
}

const runs = (of: (seed: number) => TrainingResult, seeds = 1) =>
  Array.from({ length: seeds }, (_, seed) => ({
    task: { seed, config: { out: 'run' } },
    result: of(seed),
  }));

describe('the difference of two arms', () => {
  test('in mean IoU is as certain as its images: half a point, not three', () => {
    const safe = runs((seed) => segmented(seed, 0.004));
    const none = runs((seed) => segmented(seed, 0));
    const found = difference(safe, none, safe[0].result)!;
    assert.equal(found.over, 'images');
    const expected = safe[0].result.test.metrics.iou - none[0].result.test.metrics.iou;
    assert.ok(Math.abs(found.value - expected) < 1e-12);
    assert.ok(found.low < found.value && found.value < found.high);
    assert.ok(found.high - found.low < 0.02, `${found.low} to ${found.high}`);
  });

  test('in accuracy goes by right and wrong: 60 images that agree leave ±3 points', () => {
    const same = runs(() => classified(40));
    const found = difference(same, same, same[0].result)!;
    assert.ok(found.value === 0 && found.high > 0.03 && found.high < 0.035, `${found.high}`);
  });

  test('goes over groups where test images belong together', () => {
    const tens = Int32Array.from({ length: images }, (_, i) => Math.floor(i / 10));
    const groups = Buffer.from(tens.buffer).toString('base64');
    const width = (of?: string): number => {
      const [a, b] = [40, 30].map((right) => runs(() => classified(right, of)));
      const { low, high } = difference(a, b, a[0].result)!;
      return high - low;
    };
    // One whole group of six differs: hardly more than one image of six.
    assert.ok(width(groups) > 2.5 * width(), `${width(groups)}, ${width()}`);
  });

  test('says whether its interval is over seeds or over images', () => {
    const none = runs((seed) => segmented(seed, 0), 2);
    const agree = runs(() => segmented(5, 0.01), 2);
    const differ = runs((seed) => segmented(seed, 0.05 * seed), 2);
    assert.equal(difference(differ, none, none[0].result)!.over, 'seeds');
    assert.equal(
      difference(
        agree,
        runs(() => segmented(6, 0), 2),
        none[0].result,
      )!.over,
      'images',
    );
    assert.equal(difference(agree, [], none[0].result), null);
  });
});

test('the wider of two intervals keeps its longer side, around the figure itself', () => {
  const seeds = { value: 0.5, low: 0.45, high: 0.55 };
  assert.deepEqual(widest(seeds, { value: 0.25, low: 0, high: 0.75 }), {
    value: 0.5,
    low: 0.25,
    high: 1,
    over: 'images',
  });
  assert.deepEqual(widest(seeds, { value: 0.5, low: 0.49, high: 0.52 }), {
    ...seeds,
    over: 'seeds',
  });
  const single = { value: 0.5, low: NaN, high: NaN };
  assert.equal(widest(single, seeds).over, 'images');
  assert.deepEqual(widest(single, null), { value: 0.5, low: 0.5, high: 0.5 });
});
