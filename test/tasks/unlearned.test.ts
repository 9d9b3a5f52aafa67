import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { PixelStore } from '../../src/data/index.js';
import { knownShare } from '../../src/safe/grades/harm-growth.js';
import { pairedMean } from '../../src/metrics/index.js';
import { SegmentationHead } from '../../src/tasks/segmentation-head.js';
import { unlearnedWarning } from '../../src/tasks/index.js';
import { fromFloat32, scope } from '../../src/tensor/index.js';

const size = { height: 6, width: 8 };
const pixels = size.height * size.width;
const classes = ['background', 'cell'];
const images = 12;
/** A background with a small cell in each image, of another size and place. */
const masks = Uint8Array.from({ length: images * pixels }, (_, at) =>
  Number(at % pixels >= 10 + Math.floor(at / pixels) && at % pixels < 24),
);

/** The scores of a network that says these classes. */
const scoresOf = (said: (at: number) => number) =>
  scope(() => {
    const head = new SegmentationHead({
      device: 'cpu',
      ...{ classes, colours: ['#000000', '#ffffff'], ignored: 255 },
      store: PixelStore.allocate(images, size),
    });
    const logits = new Float32Array(images * 2 * pixels);
    for (let at = 0; at < images * pixels; at++) {
      const [image, pixel] = [Math.floor(at / pixels), at % pixels];
      logits[(image * 2 + said(at)) * pixels + pixel] = 1;
    }
    const batch = { count: images, size, targets: { kind: 'mask', masks } } as const;
    return head.score(fromFloat32([...logits], [images, 2, size.height, size.width]), batch);
  });
const shareKnown = (scores: ReturnType<typeof scoresOf>): number => {
  const { values, kind, chance } = scores.skill();
  return knownShare({ score: pairedMean(values, kind), kind, chance });
};

test('a network that calls everything background knows nothing, whatever share of the pixels is right', () => {
  const all = scoresOf(() => 0);
  const right = all.correct.reduce((sum, share) => sum + share, 0) / images;
  assert.ok(right > 0.8, `${right} of the pixels are right`);
  const { chance } = all.answers();
  assert.ok(Math.abs(all.figure() - chance) < 1e-9, `${all.figure()} is not ${chance}`);
  assert.ok(shareKnown(all) <= 0);
  // One that finds the cells is far above, and one that finds hardly any of them is not.
  const noisy = (share: number) => {
    const rng = new Rng('pixels');
    return scoresOf((at) => (rng.int(0, 100) < 100 * share ? masks[at] : 0));
  };
  assert.ok(shareKnown(noisy(0.95)) > 0.5);
  assert.ok(shareKnown(noisy(0)) <= 0);
});

test('classes that were not learned are named with their figures and a remedy', () => {
  const figure = (name: string, iou: number | null, share: number) => ({
    ...{ name, iou, share },
    colour: '#000000',
  });
  const learned = [figure('road', 0.9, 0.5), figure('sky', 0.3, 0.2)];
  const none = { classBalance: 'none' } as const;
  assert.equal(unlearnedWarning(learned, none, 'test'), undefined);
  assert.equal(unlearnedWarning(undefined, none, 'test'), undefined);
  // No pixel to be found, and figures of before, which say nothing of pixels.
  assert.equal(unlearnedWarning([...learned, figure('tram', null, 0)], none, 'test'), undefined);
  const before = { name: 'pole', iou: 0, colour: '#000000' };
  assert.equal(unlearnedWarning([...learned, before], none, 'test'), undefined);
  // Few pixels found; and no more than everything painted in one colour would.
  const rare = [...learned, figure('pole', 0.04, 0.01), figure('tree', 0.25, 0.28)];
  assert.equal(
    unlearnedWarning(rare, none, 'test'),
    'not learned, by the test images: pole (IoU 4.0 %, 1.0 % of the pixels), tree (IoU 25.0 %, 28.0 % of the pixels); rare classes weigh more with --set classBalance=median; or train longer',
  );
  assert.match(unlearnedWarning(rare, { classBalance: 'median' }, 'test') ?? '', /; train longer/);
  const many = Array.from({ length: 10 }, (_, i) => figure(`c${i}`, 0, 0.01));
  assert.match(unlearnedWarning(many, none, 'test') ?? '', /c7 [^;]*, and 2 more;/);
});
