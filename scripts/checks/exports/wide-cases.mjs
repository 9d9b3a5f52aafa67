// The cases of cases.mjs for the wide set, as [name, options, parameters, label].

/** Transforms whose options leave nothing to chance, with the parameters that they then have. */
const fixed = [
  [
    'HueSaturationValue',
    { hueShiftLimit: [10, 10], satShiftLimit: [20, 20], valShiftLimit: [-15, -15] },
    { hue: 10, saturation: 20, value: -15 },
  ],
  [
    'Translate',
    { limitX: [0.0625, 0.0625], limitY: [-0.125, -0.125] },
    { dx: 4, dy: -8, fill: 0 },
    'Translate, one way',
  ],
  [
    'Translate',
    { limitX: [0.0625, 0.0625], limitY: [-0.125, -0.125], fill: null },
    { dx: 4, dy: -8, fill: null },
    'Translate, mirrored',
  ],
  ['Shear', { limitX: [8, 8], limitY: [-5, -5] }, { x: 8, y: -5, fill: 0 }],
  [
    'Shear',
    { limitX: [8, 8], limitY: [-5, -5], fill: null },
    { x: 8, y: -5, fill: null },
    'Shear, mirrored',
  ],
  ['Shear', { limitX: [0, 0], limitY: [7, 7] }, { x: 0, y: 7, fill: 0 }, 'Shear, one way'],
  ['Posterize', { magnitudes: [3, 3] }, { bits: 5 }],
  ['Solarize', { magnitudes: [120, 120] }, { threshold: 135 }],
  ['Equalize', {}, {}],
  ['AutoContrast', {}, {}],
  ['GaussianBlur', { sigmaLimit: [1.5, 1.5] }, { sigma: 1.5 }],
  ['ImageCompression', { qualityRange: [80, 80] }, { quality: 80 }],
];

const both = [0, 1];
const area = (width, height) => (width * height) / 64 ** 2;
/** Every place of a rectangle in 64x64 pixels. */
const places = (width, height, rest) =>
  Array.from({ length: 65 - height }, (_, y) =>
    Array.from({ length: 65 - width }, (_, x) => ({ x, y, width, height, ...rest })),
  ).flat();
const atMost3 = [-3, -2, -1, 0, 1, 2, 3];
const corners = (x, y) => ({
  ...{ topLeftX: x[0], topLeftY: y[0], topRightX: 63 - x[1], topRightY: y[1] },
  ...{
    bottomRightX: 63 - x[2],
    bottomRightY: 63 - y[2],
    bottomLeftX: x[3],
    bottomLeftY: 63 - y[3],
  },
  fill: 0,
});
const fours = both.flatMap((a) =>
  both.flatMap((b) => both.flatMap((c) => both.map((d) => [a, b, c, d]))),
);

/** Transforms of which every draw is one of few pictures. */
const several = [
  [
    'Translate',
    { limit: [-3 / 64, 3 / 64] },
    atMost3.flatMap((dx) => atMost3.map((dy) => ({ dx, dy, fill: 0 }))),
  ],
  // One pixel each, or none.
  [
    'Perspective',
    { distortionScale: 1 / 32 },
    fours.flatMap((x) => fours.map((y) => corners(x, y))),
  ],
  [
    'RandomErasing',
    { scale: [area(62, 60), area(62, 60)], ratio: [60 / 62, 60 / 62], value: 77 },
    places(62, 60, { value: 77 }),
  ],
  ['Sharpness', { magnitudes: [0.6, 0.6] }, [{ factor: 1.6 }, { factor: 0.4 }]],
  [
    'RandomResizedCrop',
    { scale: [area(60, 62), area(60, 62)], ratio: [60 / 62, 60 / 62] },
    places(60, 62, { outWidth: 64, outHeight: 64 }),
  ],
  [
    'RandomResizedCrop',
    { scale: [area(60, 62), area(60, 62)], ratio: [60 / 62, 60 / 62], height: 40, width: 96 },
    places(60, 62, { outWidth: 96, outHeight: 40 }),
    'RandomResizedCrop, other size',
  ],
];

/** Perspective with these corners alone: check.py sets them in the exported file, which draws them. */
const far = corners([13, 2, 9, 5], [6, 11, 3, 14]);

export const wideCases = [...fixed, ...several];
/** [name, options, parameters, label, what check.py is to draw]. */
export const setCases = [
  [
    'Perspective',
    { distortionScale: 0.5 },
    far,
    'Perspective, far',
    [
      [far.topLeftX, far.topLeftY],
      [far.topRightX, far.topRightY],
      [far.bottomRightX, far.bottomRightY],
      [far.bottomLeftX, far.bottomLeftY],
    ],
  ],
];
