// node scripts/checks/exports/cases.mjs FOLDER: writes what check.py compares: a picture with its mask; for every transform with
// fixed parameters, what ours makes of both and the policy in every format; and whole policies in every format.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../dist/src/core/index.js';
import { setCases, wideCases } from './wide-cases.mjs';

const {
  applySteps,
  applyStepsToMask,
  exportAlbumentationsFile,
  exportPolicyAs,
  policyFormatNames,
  policyFormats,
  policyOfSubset,
  thesisSet,
  transformNames,
} = await import(pathToFileURL(join(packageRoot(), 'dist/src/augment/index.js')).href);

const [folder] = process.argv.slice(2).map((path) => resolve(path));
if (folder === undefined) throw new Error('usage: node scripts/checks/exports/cases.mjs FOLDER');
const size = { width: 64, height: 64 };

/** Smooth like a photograph, no two sides alike: `[64, 64, 3]`. */
const image = { ...size, channels: 3, data: new Uint8Array(64 * 64 * 3) };
/** Four by four blocks of labels: `[64, 64]`. */
const mask = { ...size, data: new Uint8Array(64 * 64) };
for (let y = 0; y < 64; y++)
  for (let x = 0; x < 64; x++) {
    const label = (3 * (x >> 4) + 5 * (y >> 4)) % 8;
    mask.data[y * 64 + x] = label;
    for (let c = 0; c < 3; c++) {
      const waves =
        Math.sin((x + 11 * c) / 9) + Math.cos((y - 7 * c) / 6) + Math.sin((x * y) / 300);
      image.data[(y * 64 + x) * 3 + c] = Math.round(128 + 30 * waves + (x - y) / 2 + 6 * c);
    }
  }

/** Transforms whose options leave nothing to chance, with the parameters that they then have. */
const fixed = [
  ['HorizontalFlip', {}, {}],
  ['VerticalFlip', {}, {}],
  ['Transpose', {}, {}],
  ['ToGray', {}, {}],
  ['RandomContrast', { limit: [0.3, 0.3] }, { alpha: 1.3 }],
  ['RandomContrast', { limit: [-0.2, -0.2] }, { alpha: 0.8 }],
  ['RandomBrightness', { limit: [0.1, 0.1] }, { beta: 0.1 }],
  ['RandomBrightness', { limit: [-0.15, -0.15] }, { beta: -0.15 }],
  ['RandomGamma', { gammaLimit: [130, 130] }, { gamma: 1.3 }],
  ['CLAHE', { clipLimit: [3, 3] }, { clipLimit: 3, tilesX: 8, tilesY: 8 }],
  ['Blur', { blurLimit: [5, 5] }, { ksize: 5 }],
  [
    'ShiftScaleRotate',
    {
      shiftLimitX: [0.0625, 0.0625],
      shiftLimitY: [-0.125, -0.125],
      scaleLimit: [0.1, 0.1],
      rotateLimit: [20, 20],
    },
    { dx: 0.0625, dy: -0.125, scale: 1.1, angle: 20 },
  ],
  [
    'ShiftScaleRotate',
    { shiftLimit: [0, 0], scaleLimit: [0.1, 0.1], rotateLimit: [20, 20] },
    { scale: 1.1, angle: 20 },
    'ShiftScaleRotate, no shift',
  ],
  ['CenterCrop', { scale: 0.75 }, { x: 8, y: 8, width: 48, height: 48 }],
];
/** Transforms of which every draw is one of few pictures. */
const several = [
  ['RandomRotate90', {}, [0, 1, 2, 3].map((factor) => ({ factor }))],
  ['RandomCrop', { height: 61, width: 61 }, windows(0, 3, { width: 61, height: 61 })],
  ['PaddedCrop', { padding: 3 / 64 }, windows(-3, 3, {})],
];

function windows(low, high, rest) {
  const all = [];
  for (let y = low; y <= high; y++) for (let x = low; x <= high; x++) all.push({ x, y, ...rest });
  return all;
}

/** Every part that a run's policies have. */
const recommended = {
  version: 1,
  restore: 'reflect',
  size,
  root: {
    kind: 'compose',
    p: 1,
    members: [
      { kind: 'transform', name: 'PaddedCrop', options: {}, p: 1 },
      { kind: 'transform', name: 'HorizontalFlip', options: {}, p: 0.5 },
      {
        kind: 'oneOf',
        p: 1,
        members: [
          { kind: 'compose', members: [], p: 1 },
          ...thesisSet()
            .filter(({ name }) => !/Crop|HorizontalFlip/.test(name))
            .map(({ name, options }) => ({ kind: 'transform', name, options, p: 1 })),
        ],
      },
    ],
  },
};
const subset = (transforms) =>
  policyOfSubset({ size: 3, p: 0.5, restore: 'reflect', transforms }, size);
const light = thesisSet().filter(({ name }) => /Gamma|Contrast|Brightness/.test(name));
const whole = {
  recommended: { policy: recommended, last: { policy: subset(light), share: 0.1 } },
  safe: { policy: subset(light) },
  keep: { policy: subset(thesisSet()) },
  // Everything that can be judged, alone and together.
  wide: {
    policy: {
      ...recommended,
      root: {
        kind: 'oneOf',
        p: 1,
        members: transformNames.map((name) => ({ kind: 'transform', name, options: {}, p: 1 })),
      },
    },
    last: { policy: subset(transformNames.map((name) => ({ name }))), share: 0.1 },
  },
};

function write(name, content) {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
}

function writeFormats(place, exported) {
  const source = { run: 'runs/check', data: 'photos', set: place, version: '0' };
  for (const perPixel of [false, true])
    for (const format of policyFormatNames) {
      const { text } = exportPolicyAs(format, { ...exported, size, perPixel, source });
      const [, ending] = policyFormats[format].file.split('.');
      write(
        `${place}/${format}${perPixel && format === 'ultralytics' ? '_located' : ''}.${ending}`,
        text,
      );
    }
  for (const release of ['1.3', '1.4', '2.0']) {
    const { text, ...notes } = exportAlbumentationsFile({ ...exported, size }, release);
    write(`${place}/load-${release}.json`, text);
    const said = Object.entries(notes).map(([kind, list]) => [kind, list.map(({ name }) => name)]);
    write(`${place}/said-${release}.json`, JSON.stringify(Object.fromEntries(said)));
  }
}

write('image.bin', image.data);
write('mask.bin', mask.data);
const cases = [];
for (const [name, options, params, label = name, draw] of [
  ...[...fixed, ...several, ...wideCases],
  ...setCases,
]) {
  const place = `single/${cases.length}-${name}`;
  const draws = Array.isArray(params) ? params : [params];
  const steps = draws.map((draw) => [{ name, params: draw }]);
  const root = { kind: 'transform', name, options, p: 1 };
  // Cropped pictures are compared as they come.
  const policy = { version: 1, restore: 'none', root };
  const results = steps.map((step) => applySteps(image, step, { restore: 'none' }));
  const border = { mode: 'fill', value: 255 };
  const paints = name === 'PaddedCrop' || (draws[0].fill ?? null) !== null;
  const masks = steps.map((step) =>
    applyStepsToMask(mask, step, { restore: 'none', ...(paints && { border }) }),
  );
  writeFormats(place, { policy });
  write(`${place}/images.bin`, Buffer.concat(results.map(({ data }) => data)));
  write(`${place}/masks.bin`, Buffer.concat(masks.map(({ data }) => data)));
  const [{ height, width }] = results;
  cases.push({ name, label, place, height, width, draws: draws.length, draw });
}
for (const [name, exported] of Object.entries(whole)) writeFormats(`whole/${name}`, exported);
write('cases.json', JSON.stringify({ size, cases, whole: Object.keys(whole) }));
