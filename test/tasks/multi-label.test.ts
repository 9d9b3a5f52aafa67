import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MultiLabelHead } from '../../src/tasks/multi-label.js';
import { fromFloat32, scope } from '../../src/tensor/index.js';

const names = ['red', 'round', 'rare'];
const logits = Float32Array.of(2, -1, -3, -2, 1, -4, 1, 0.5, -2, -1, -2, -5);
const truth = Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0);
const batch = {
  count: 4,
  size: { height: 1, width: 1 },
  targets: { kind: 'labels', labels: truth },
} as const;
const head = new MultiLabelHead('cpu', names);
const output = () => fromFloat32(logits, [4, 3]);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const nats = (at: number): number =>
  -Math.log(truth[at] === 1 ? sigmoid(logits[at]) : 1 - sigmoid(logits[at]));
const near = (a: number, b: number, within = 1e-6) =>
  assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const scores = () => scope(() => head.score(output(), batch));

describe('multi-label head', () => {
  test('trains on the mean cross-entropy over images and labels', () =>
    scope(() => {
      const { loss, figures } = head.loss(output(), batch);
      near(loss.item(), mean(Array.from(truth, (_, at) => nats(at))));
      // Image 2's red and image 3's red are wrong.
      near(figures().taskAccuracy, 10 / 12);
    }));

  test('scores each image: share of right labels and mean loss', () => {
    const { correct, losses, count } = scores();
    assert.equal(count, 4);
    [1, 1, 2 / 3, 2 / 3].forEach((share, i) => near(correct[i], share));
    losses.forEach((loss, i) => near(loss, mean([0, 1, 2].map((l) => nats(3 * i + l)))));
  });

  test('is judged by mean average precision over the labels that occur', () => {
    // red: ranks 2.0 (1), 1.0 (0), -1 (1), -2 (0); round: ranks 1 (1), 0.5 (1), -1, -2; rare: none.
    const expected = ((1 + 2 / 3) / 2 + 1) / 2;
    near(scores().figure(), expected);
    const { values, chance } = scores().answers();
    near(mean(values), expected);
    near(chance, 0.5);
    const { taskFigure, labels } = scores().details();
    assert.equal(taskFigure, 'mean average precision');
    assert.deepEqual(
      labels.map(({ name, averagePrecision, share }) => [name, averagePrecision === null, share]),
      [
        ['red', false, 0.5],
        ['round', false, 0.5],
        ['rare', true, 0],
      ],
    );
  });

  test('measures skill so that saying the same of every image is no skill', () => {
    const { values, chance } = scores().skill();
    assert.equal(chance, 0.5);
    const distance = (l: number): number => {
      const p = (has: number) =>
        mean(
          [0, 1, 2, 3]
            .filter((i) => truth[3 * i + l] === has)
            .map((i) => sigmoid(logits[3 * i + l])),
        );
      return p(1) - p(0);
    };
    near(mean(values), 0.5 + (distance(0) + distance(1)) / 4);
    const constant = scope(() =>
      head.score(fromFloat32(new Float32Array(12).fill(0.7), [4, 3]), batch),
    );
    near(mean(constant.skill().values), 0.5);
  });

  test('joins batches and takes images from the middle as one pass would score them', () => {
    const all = scores();
    const joined = all.join([all]).from(2);
    assert.deepEqual([...joined.losses], [...all.losses.slice(2), ...all.losses]);
    assert.equal(all.join([all]).figure(), all.figure());
  });

  test('changes by the difference of the figures, with an interval around it', () => {
    const all = scores();
    const worse = scope(() =>
      head.score(
        fromFloat32(
          logits.map((x) => -x),
          [4, 3],
        ),
        batch,
      ),
    );
    const { value, low, high } = all.change([{ applied: worse, without: all }]);
    near(value, worse.figure() - all.figure());
    assert.ok(low <= value && value <= high && value < 0);
    // Four images may all have missed what 60 % of images would do.
    const none = all.change([{ applied: all, without: all }]);
    assert.equal(none.value, 0);
    near(none.high, 1 - 0.025 ** (1 / 4));
    near(none.low, -none.high);
  });

  test('keeps of a test what a comparison needs', () => {
    const evaluating = head.evaluate();
    scope(() => evaluating.add(output(), batch));
    scope(() => evaluating.add(output(), batch));
    const { images, metrics, perImage, kept } = evaluating.end();
    assert.equal(images, 8);
    near(metrics.labelAccuracy, 10 / 12);
    assert.deepEqual([...perImage].length, 8);
    const parts = new Float32Array(Uint8Array.from(Buffer.from(kept().parts!, 'base64')).buffer);
    near(mean(parts), metrics.map);
  });
});
