import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageStatistics } from '../../../src/safe/statistics/image-statistics.js';

// What a plain version gave that sorted all pixels for their median: runs compare with earlier ones.
const known = [
  {
    size: { width: 9, height: 7 },
    channels: 3,
    figures: [
      120.764564, 7.118889, 9.413084, 7.548182, 8.027174, 0.539266, -0.858873, -1.350335, 6.492818,
      5.598486, 6.097569, 1.346859, -0.816753, -0.293571, 1.534202, 1.12802, 1.153588, 0.036809,
      -0.20446, 0.549159, 2.662527, 4.556099, 18.493826, 9.078373, 9.814435, 1.723944, 8.542687,
      9.224546, 4.046797, -4.004969, 10.220985, 5.59702, -9.245571, 23.161534, -19.492838,
      13.609122, -30.951034, -4.723454, -7.317553, 10.014613, 22.160899, -5.065602, -0.13924,
      69.49478,
    ],
  },
  {
    size: { width: 12, height: 10 },
    channels: 1,
    figures: [
      126.643916, 8.619068, 9.682497, 8.472189, 7.216767, 0.670657, -1.212531, -2.251809, 7.920154,
      7.00333, 7.287375, -0.0432, -0.793138, -0.674611, 1.384201, 1.781653, 1.58793, -0.128936,
      -0.023866, 0.242939, 1.479391, 7.272432, -2.081236, 14.301394, 3.949611, 7.619293, -1.270216,
      39.137913, -5.30915, 26.601652, -20.523173, 17.634534, 19.68328, -15.096443, -53.474771,
      -86.908199, 13.270334, 14.87568,
    ],
  },
];

for (const { size, channels, figures } of known)
  test(`figures of ${channels === 1 ? 'a grey' : 'a colour'} image stay what they were`, () => {
    const length = size.width * size.height * channels;
    const image = Uint8Array.from({ length }, (_, i) => (i * i * 37 + i * 11) % 251);
    const [got] = imageStatistics(image, size, channels);
    assert.equal(got.length, figures.length);
    got.forEach((value, i) => assert.ok(Math.abs(value - figures[i]) < 5e-5, `${i}: ${value}`));
    assert.deepEqual(
      imageStatistics(image, size, channels),
      [got],
      'the same image, the same figures',
    );
  });

test('images of a pixel, a row or one colour have figures too', () => {
  for (const [width, height, channels] of [
    [1, 1, 3],
    [7, 1, 1],
    [2, 5, 3],
    [160, 3, 1],
  ]) {
    const flat = new Uint8Array(width * height * channels).fill(9);
    const [figures] = imageStatistics(flat, { width, height }, channels);
    assert.equal(figures.length, channels === 1 ? 38 : 44);
    assert.ok(figures.every(Number.isFinite), `${width}x${height}`);
  }
});
