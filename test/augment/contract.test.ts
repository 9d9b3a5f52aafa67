import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlNames, createTransform } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import { blocks, everyName, picture, sizes } from './support/pictures.js';

for (const name of everyName) {
  const transform = createTransform({ name });

  test(`${name}: shape, range and length as declared, input untouched, same bytes again`, () => {
    for (const [width, height] of sizes)
      for (const channels of [1, 3] as const) {
        const image = picture(width, height, channels);
        const before = image.data.slice();
        const params = transform.sample(new Rng(7, name), image);
        const result = transform.apply(image, params);
        assert.deepEqual(image.data, before);
        assert.equal(result.channels, channels);
        assert.ok(result.data instanceof Uint8Array);
        assert.equal(result.data.length, result.width * result.height * channels);
        assert.deepEqual(transform.apply(image, params), result);
        const again = JSON.parse(JSON.stringify(params));
        assert.deepEqual(again, params, 'parameters are plain JSON');
        assert.deepEqual(transform.sample(new Rng(7, name), image), params);
      }
  });

  test(`${name}: writes into a given buffer, refuses a short or overlapping one`, () => {
    const image = picture(20, 14, 3);
    const params = transform.sample(new Rng(3, name), image);
    const expected = transform.apply(image, params);
    const out = new Uint8Array(expected.data.length + 5).fill(9);
    const result = transform.apply(image, params, out);
    assert.deepEqual(result, expected);
    assert.equal(result.data.buffer, out.buffer);
    assert.deepEqual([...out.subarray(expected.data.length)], [9, 9, 9, 9, 9]);
    assert.throws(() => transform.apply(image, params, new Uint8Array(3)), { code: 'OUT_BUFFER' });
    assert.throws(() => transform.apply(image, params, image.data), { code: 'OUT_BUFFER' });
  });

  test(`${name}: identity parameters give the identity, others change the picture`, () => {
    const image = picture(32, 32, 3);
    // Less than the whole range, or there would be no contrast to stretch.
    image.data.forEach((value, i) => (image.data[i] = 20 + (value >> 1)));
    let changed = 0;
    for (let i = 0; i < 20; i++) {
      const params = transform.sample(new Rng(i, name), image);
      const result = transform.apply(image, params);
      if (transform.isIdentity(params, image)) assert.deepEqual(result, image);
      else if (Buffer.compare(result.data, image.data) !== 0) changed++;
    }
    if (controlNames.negative.includes(name)) assert.equal(changed, 0);
    else assert.ok(changed >= 10, `${changed} of 20 draws changed the picture`);
  });

  test(`${name}: masks keep their labels; photometric ones leave them alone`, () => {
    const labels = [0, 7, 19, 255];
    for (const [width, height] of sizes) {
      const mask = blocks(width, height, labels);
      const before = mask.data.slice();
      const params = transform.sample(new Rng(5, name), mask);
      const result = transform.applyMask(mask, params);
      const image = transform.apply(picture(width, height, 3), params);
      assert.deepEqual([result.width, result.height], [image.width, image.height]);
      assert.deepEqual(mask.data, before);
      const present = new Set(mask.data);
      for (const label of result.data) assert.ok(present.has(label), `label ${label} invented`);
      if (transform.kind === 'photometric') assert.deepEqual(result.data, mask.data);
    }
  });

  test(`${name}: unknown options and parameters are refused`, () => {
    assert.throws(() => createTransform({ name, options: { nonsense: 1 } }), {
      code: 'TRANSFORM_OPTION',
      message: /nonsense/,
    });
    const image = picture(16, 16, 3);
    const params = transform.sample(new Rng(3, name), image);
    assert.throws(() => transform.apply(image, { ...params, nonsense: 1 }), {
      code: 'TRANSFORM_OPTION',
      message: /nonsense/,
    });
    for (const key of Object.keys(params))
      assert.throws(() => transform.apply(image, { ...params, [key]: 'wrong' }), {
        code: 'TRANSFORM_OPTION',
        message: new RegExp(key),
      });
  });
}
