import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransform, Rng, transformNames, type Params } from '../../src/augment/index.js';
import type { Image, Mask } from '../../src/image/image.js';
import { picture, sizes } from './support/pictures.js';

const geometric = transformNames.filter((name) => createTransform({ name }).kind === 'geometric');

// Coordinates drawn into image and mask: where no pixels are mixed, both must show the same place.

function coordinates(width: number, height: number): { image: Image; mask: Mask } {
  const data = new Uint8Array(width * height * 3);
  const labels = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      data.set([x, y, (x * 7 + y * 13) & 255], 3 * i);
      labels[i] = (x * 7 + y * 13) & 255;
    }
  return {
    image: { width, height, channels: 3, data },
    mask: { width, height, data: labels },
  };
}

/** They mix pixels of the image, but not of masks. */
const mixing = ['ShiftScaleRotate', 'RandomSizedCrop', 'Shear', 'Perspective', 'RandomResizedCrop'];

for (const name of geometric.filter((n) => !mixing.includes(n)))
  test(`${name}: every pixel of the mask is that of the image`, () => {
    // Masks show a reflected border where nothing else is asked for.
    const options: Params = name === 'Translate' ? { fill: null } : {};
    const transform = createTransform({ name, options });
    for (const [width, height] of [...sizes, [255, 97] as const]) {
      const { image, mask } = coordinates(width, height);
      for (let draw = 0; draw < 8; draw++) {
        const params = transform.sample(new Rng(draw, name), image);
        const moved = transform.apply(image, params);
        const labels = transform.applyMask(mask, params);
        assert.deepEqual([labels.width, labels.height], [moved.width, moved.height]);
        for (let i = 0; i < labels.data.length; i++)
          if (labels.data[i] !== moved.data[3 * i + 2])
            assert.fail(`${width}x${height} ${JSON.stringify(params)}: pixel ${i}`);
      }
    }
  });

for (const name of mixing)
  test(`${name}: a mask shows the pixel nearest to where its image looks`, () => {
    const options: Params = name === 'Shear' ? { fill: null } : {};
    const transform = createTransform({ name, options });
    const [width, height] = [120, 90];
    // x in one image and y in the other, twice as steep as pixels, so that interpolated values tell halves.
    const ramp = (of: (x: number, y: number) => number): Image => ({
      width,
      height,
      channels: 1,
      data: Uint8Array.from({ length: width * height }, (_, i) =>
        of(i % width, Math.floor(i / width)),
      ),
    });
    const [xs, ys] = [ramp((x) => 2 * x), ramp((_x, y) => 2 * y)];
    const plain = (image: Image): Mask => ({ width, height, data: image.data });
    for (let draw = 0; draw < 12; draw++) {
      const params = transform.sample(new Rng(draw, name), xs);
      for (const source of [xs, ys]) {
        const between = transform.apply(source, params).data;
        // Perspective's border is black, so its mask shows that here too.
        const border = name === 'Perspective' ? ({ mode: 'fill', value: 0 } as const) : undefined;
        const nearest = transform.applyMask(plain(source), params, border).data;
        let far = 0;
        for (let i = 0; i < nearest.length; i++)
          // Half a pixel is one level; a level more for rounding, one for nearest's sampling of resizes.
          if (Math.abs(nearest[i] - between[i]) > 3) far++;
        assert.equal(far, 0, `${JSON.stringify(params)}: ${far} labels further than 1.5 pixels`);
      }
    }
  });

test('inverse pairs give the image back', () => {
  const pairs: [string, Params, string, Params][] = [
    ['HorizontalFlip', {}, 'HorizontalFlip', {}],
    ['VerticalFlip', {}, 'VerticalFlip', {}],
    ['Transpose', {}, 'Transpose', {}],
    ...[0, 1, 2, 3].map((k): [string, Params, string, Params] => [
      'RandomRotate90',
      { factor: k },
      'RandomRotate90',
      { factor: (4 - k) % 4 },
    ]),
  ];
  for (const [there, forth, back, home] of pairs)
    for (const [width, height] of sizes)
      for (const channels of [1, 3] as const) {
        const image = picture(width, height, channels);
        const moved = createTransform({ name: there }).apply(image, forth);
        assert.deepEqual(createTransform({ name: back }).apply(moved, home), image, there);
        const mask = { width, height, data: picture(width, height, 1).data };
        const shifted = createTransform({ name: there }).applyMask(mask, forth);
        assert.deepEqual(createTransform({ name: back }).applyMask(shifted, home), mask, there);
      }
  // Shifted there and back, the inside is what it was.
  const shift = createTransform({ name: 'ShiftScaleRotate' });
  const image = picture(40, 40, 3);
  const there = shift.apply(image, { angle: 0, scale: 1, dx: 0.1, dy: -0.2 });
  const back = shift.apply(there, { angle: 0, scale: 1, dx: -0.1, dy: 0.2 });
  for (let y = 8; y < 32; y++)
    for (let x = 8; x < 32; x++)
      assert.equal(back.data[(y * 40 + x) * 3], image.data[(y * 40 + x) * 3]);
});
