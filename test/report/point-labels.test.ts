import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { overlap, placeLabels } from '../../src/report/charts/point-labels.js';

const frame = { x: 50, y: 10, width: 680, height: 400 };

test('places labels so that none covers another or leaves the frame', () => {
  for (let seed = 0; seed < 20; seed++) {
    const rng = new Rng('labels', seed);
    const labels = Array.from({ length: 15 }, (_, i) => ({
      text: 'RandomBrightness'.slice(0, 6 + (i % 10)),
      // Five of them crowd together, as harmless augmentations do.
      x: i < 5 ? rng.uniform(100, 150) : rng.uniform(150, 720),
      y: i < 5 ? rng.uniform(30, 60) : rng.uniform(40, 400),
    }));
    const placed = placeLabels(labels, frame);
    placed.forEach((a, i) => {
      assert.equal(a.text, labels[i].text);
      assert.ok(overlap(a.box, frame) > 0.99 * a.box.width * a.box.height, `seed ${seed}`);
      for (const b of placed.slice(i + 1))
        assert.equal(overlap(a.box, b.box), 0, `seed ${seed}: ${a.text} over ${b.text}`);
    });
  }
});

test('puts a lonely label right beside its point', () => {
  const [{ box }] = placeLabels([{ text: 'Blur', x: 300, y: 200 }], frame);
  assert.ok(box.x > 300 && box.x < 315);
  assert.equal(box.y + box.height / 2, 200);
});
