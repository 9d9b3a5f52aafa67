import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  augmentation,
  compose,
  exportAlbumentations,
  fromAlbumentations,
  oneOf,
  parsePolicy,
  someOf,
  toAlbumentations,
  transformNames,
  use,
} from '../../src/augment/index.js';
import { blocks, picture } from './support/pictures.js';

const image = picture(40, 30, 3);
const masks = [blocks(40, 30, [0, 3, 9]), blocks(40, 30, [1, 255])];

test('a composition moves an image and all its masks, the same for the same seed', () => {
  const augment = compose(
    [
      use('HorizontalFlip', { p: 0.5 }),
      oneOf([use('Blur', { blurLimit: 5 }), use('GaussNoise', { varLimit: [20, 40] })], { p: 0.8 }),
      someOf([use('RandomGamma'), use('RandomContrast', { limit: 0.3 }), use('Transpose')], {
        n: 2,
      }),
      use('RandomCrop', { height: 20, width: 24 }),
    ],
    { restore: 'reflect', size: { width: 40, height: 30 } },
  );
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const before = [image.data.slice(), ...masks.map((m) => m.data.slice())];
    const result = augment.apply({ image, masks }, seed);
    assert.deepEqual([image.data, ...masks.map((m) => m.data)], before, 'inputs stay');
    assert.deepEqual([result.image.width, result.image.height], [40, 30]);
    assert.equal(result.masks.length, 2);
    result.masks.forEach((mask, i) => {
      const labels = new Set(masks[i].data);
      assert.ok(mask.data.every((label) => labels.has(label)));
    });
    assert.deepEqual(augment.apply({ image, masks }, seed), result);
    assert.deepEqual(augment.replay({ image, masks }, result.steps), result);
    const steps = JSON.parse(JSON.stringify(result.steps)) as typeof result.steps;
    assert.deepEqual(augment.replay({ image, masks }, steps), result);
    seen.add(result.steps.map((s) => s.name).join());
  }
  assert.ok(seen.size > 10, `${seen.size} different sequences in 40 draws`);
});

test('a stream key draws apart for every image and epoch', () => {
  const augment = compose([use('ShiftScaleRotate')]);
  const steps = [0, 1].flatMap((epoch) =>
    [0, 1, 2].map((index) =>
      JSON.stringify(augment.draw(image, { seed: 1, purpose: 'train', epoch, index })),
    ),
  );
  assert.equal(new Set(steps).size, 6);
});

test('an output buffer takes the image, a border label what lies outside a mask', () => {
  const augment = compose([use('ShiftScaleRotate', { shiftLimit: [0.5, 0.5], rotateLimit: 0 })]);
  const out = new Uint8Array(image.data.length);
  const border = { mode: 'fill', value: 77 } as const;
  const result = augment.apply({ image, masks: [masks[0]] }, 1, { out, border });
  assert.equal(result.image.data.buffer, out.buffer);
  assert.ok(result.masks[0].data.filter((label) => label === 77).length > 300);
  assert.ok(!augment.apply({ image, masks: [masks[0]] }, 1).masks[0].data.includes(77));
});

test('compositions nest, with their probabilities', () => {
  const never = compose([use('VerticalFlip')], { p: 0 });
  const always = compose([use('HorizontalFlip'), never]);
  const { steps } = compose([always, use('Transpose', { p: 0 })]).apply({ image }, 3);
  assert.deepEqual(
    steps.map((s) => s.name),
    ['HorizontalFlip'],
  );
  const sized = compose([], { restore: 'resize', size: { width: 8, height: 8 } });
  assert.throws(() => compose([sized]), { code: 'POLICY', message: /outermost/ });
});

test('every transform composes with its defaults, and goes to Albumentations and back', () => {
  const augment = compose(transformNames.map((name) => use(name, { p: 0.5 })));
  const { file, missing } = exportAlbumentations(augment.policy, image, '2.0');
  assert.deepEqual(missing, ['Perspective', 'Sharpness']);
  assert.throws(() => toAlbumentations(augment.policy, image, '2.0'), { code: 'POLICY' });
  const back = augmentation(fromAlbumentations(JSON.parse(JSON.stringify(file))));
  const { image: result } = back.apply({ image }, 5);
  assert.equal(result.data.length, result.width * result.height * 3);
  assert.deepEqual(parsePolicy(JSON.parse(JSON.stringify(augment.policy))), augment.policy);
});

test("mistakes are refused where they are made, with the user's words", () => {
  assert.throws(() => use('Blurr' as 'Blur'), { code: 'TRANSFORM_UNKNOWN', message: /"Blur"/ });
  assert.throws(() => use('Blur', { p: 1.5 }), { code: 'POLICY', message: /1\.5/ });
  assert.throws(() => use('Blur', { limit: 3 } as object), { code: 'TRANSFORM_OPTION' });
  assert.throws(() => oneOf([]), { code: 'POLICY' });
  assert.throws(() => someOf([use('Blur')], { n: 2 }), { code: 'POLICY' });
  assert.throws(() => compose([use('Blur')], { restore: 'reflect' }), {
    code: 'POLICY',
    message: /size/,
  });
  const augment = compose([use('HorizontalFlip')]);
  assert.throws(() => augment.apply({ image, masks: [blocks(8, 8, [1])] }, 0), {
    code: 'MASK_SIZE',
    message: /masks\[0\]/,
  });
  const short = { ...image, data: image.data.subarray(1) };
  assert.throws(() => augment.apply({ image: short }, 0), { code: 'IMAGE_BUFFER' });
  const four = { ...image, channels: 4 as 3, data: new Uint8Array(40 * 30 * 4) };
  assert.throws(() => augment.apply({ image: four }, 0), { code: 'IMAGE_BUFFER' });
});
