import type { Size } from '../../../image/image.js';
import { ends } from '../../definition/torchvision-form.js';
import type { Policy } from '../../transform.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from '../exported.js';
import { kerasHelpers } from './keras-helpers.js';
import { kerasWideForms } from './keras-wide-forms.js';
import { kerasWide } from './keras-wide.js';
import { readLeaf, sizedWindowsOf, variancesOf, windowsOf, type Form } from '../leaf.js';
import { listCall, neededHelpers, pythonModule } from '../python.js';
import { writeNode, type Dialect } from '../tree.js';

/**
 * A policy as a Python module for Keras 3: layers on batches `[B, H, W, 3]` with values from 0 to 255, or on dictionaries of
 * `images` and `segmentation_masks` `[B, H, W, 1]`. `transform`, and `last_transform` for the last epochs.
 */
export function kerasModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const { policy, last, size } = exported;
  const main = transformOf(policy, size, differences);
  const end = last && transformOf(last.policy, size, differences);
  const body = [
    `transform: keras.layers.Layer = ${main}`,
    ...(end === undefined ? [] : [`last_transform: keras.layers.Layer = ${end}`]),
  ].join('\n\n');
  const helpers = neededHelpers({ ...kerasHelpers, ...kerasWide }, `Part${body}`);
  const text = pythonModule(
    exported,
    {
      library: 'Keras 3',
      checked: 'keras 3.15.1 on PyTorch',
      usage: [
        'from policy import transform',
        'images = transform(images, training=True)  # 0 to 255, [B, H, W, 3]',
        'both = transform({"images": images, "segmentation_masks": masks}, training=True)  # masks [B, H, W, 1]',
        'Every image of a batch has its own draws; without training all stay as they are. Every part is computed',
        'for the whole batch. The label 255 in a mask is outside the image: ignore it in the loss.',
      ],
      imports: ['import math', '', 'import keras', 'from keras import ops'].filter(
        (line) => line !== 'import math' || helpers.some((code) => code.includes('math.')),
      ),
      helpers,
      body,
    },
    differences,
  );
  return { text, ...differences };
}

function transformOf({ root, restore, size: to }: Policy, size: Size, notes: Differences): string {
  const tree = writeNode(root, dialectFor(size, notes)) ?? 'Part()';
  const { height, width } = to ?? size;
  if (restore === 'none' || (height === size.height && width === size.width)) return tree;
  const end =
    restore === 'resize'
      ? `Native(keras.layers.Resizing(${height}, ${width}))`
      : `Padded([], ${height}, ${width})`;
  return listCall('AllOf', [tree, end]);
}

function dialectFor(size: Size, notes: Differences): Dialect {
  return {
    leaf: (name, options, p) => {
      // The layer of Keras flips half of the images, always.
      const flip = { HorizontalFlip: 'horizontal', VerticalFlip: 'vertical' }[name];
      if (flip !== undefined && p === 0.5) return `Native(keras.layers.RandomFlip("${flip}"))`;
      const code = readLeaf(name, options, { forms, size, notes, library: 'Keras' });
      return code === undefined ? undefined : chance(code, p);
    },
    nothing: () => 'Part()',
    compose: (members, p) => chance(listCall('AllOf', members), p),
    oneOf: (members, weights, p) =>
      chance(listCall('OneOf', members, `weights=(${weights.join(', ')},)`), p),
    someOf: (members, { n, replace, order, weights = [] }, p) => {
      if (replace || order === 'listed' || weights.some((weight) => weight !== weights[0]))
        notes.nearly(
          'a random subset',
          'its members are drawn evenly, without repetition, in random order',
        );
      return chance(listCall('SomeOf', members, `n=${n}`), p);
    },
  };
}

function chance(code: string, p: number): string {
  return p === 1 ? code : listCall('OneOf', [code, 'Part()'], `weights=(${p}, ${1 - p})`);
}

const range = (value: unknown): readonly [number, number] => value as [number, number];

const pixels = (code: string): string => `Pixels(lambda x: ${code})`;

/** In a batch all images have one size. */
const atOnce = 'the border is mirrored at once, and not at the end';

const forms: Readonly<Record<string, Form>> = {
  HorizontalFlip: () => pixels('ops.flip(x, axis=2)'),
  VerticalFlip: () => pixels('ops.flip(x, axis=1)'),
  RandomRotate90: () =>
    listCall(
      'OneOf',
      ['Part()', ...[1, 2, 3].map((k) => pixels(`ops.rot90(x, k=${k}, axes=(1, 2))`))],
      'weights=(1, 1, 1, 1)',
    ),
  Transpose: () => pixels('ops.transpose(x, (0, 2, 1, 3))'),
  ToGray: () => 'Coloured(keras.layers.RandomGrayscale(factor=1.0))',
  RandomContrast: ({ limit }) => `Values(lambda x, limit: x * (1 + limit), ${ends(range(limit))})`,
  RandomBrightness: ({ limit }) =>
    `Coloured(keras.layers.RandomBrightness(factor=(${ends(range(limit))}), value_range=(0, 255)))`,
  RandomGamma: ({ gammaLimit }) =>
    `Values(lambda x, percent: 255 * (x / 255) ** (percent / 100), ${ends(range(gammaLimit))})`,
  Blur: ({ blurLimit }) => {
    const [low, high] = range(blurLimit);
    const sides = Array.from({ length: Math.floor((high - low) / 2) + 1 }, (_, i) => low + 2 * i);
    const codes = sides.map((side) => `Blur(${side})`);
    const weights = `weights=(${codes.map(() => 1).join(', ')},)`;
    return codes.length === 1 ? codes[0] : listCall('OneOf', codes, weights);
  },
  GaussNoise: (options, _size, differ) =>
    `Values(lambda x, variance: x + variance**0.5 * keras.random.normal(ops.shape(x)), ${ends(variancesOf(options, differ))})`,
  ShiftScaleRotate: (options, _size, differ) => {
    if (options.fill !== null) differ('outside, the image is reflected instead of filled');
    const of = (key: string): string => `(${ends(range(options[key]))})`;
    return `Moved(shift_x=${of('shiftLimitX')}, shift_y=${of('shiftLimitY')}, scale=${of('scaleLimit')}, angle=${of('rotateLimit')})`;
  },
  RandomCrop: (options, size, differ) => {
    const { height, width } = windowsOf(options, size);
    differ(`${atOnce}; all images of a batch have their window at one place`);
    return padded([`keras.layers.RandomCrop(${height}, ${width})`], size);
  },
  CenterCrop: (options, size, differ) => {
    const { height, width } = windowsOf(options, size);
    differ(atOnce);
    return padded([`keras.layers.CenterCrop(${height}, ${width})`], size);
  },
  RandomSizedCrop: (options, size, differ) => {
    const { low, high, result } = sizedWindowsOf(options, size);
    const smaller = low.height === high.height ? '' : '; all windows have the largest size';
    differ(`all images of a batch have their window at one place${smaller}`);
    const layers = [
      `keras.layers.RandomCrop(${high.height}, ${high.width})`,
      `keras.layers.Resizing(${result.height}, ${result.width})`,
    ];
    return padded(layers, size);
  },
  PaddedCrop: ({ padding }, { height, width }) =>
    `PaddedCrop(${Math.round((padding as number) * Math.max(height, width))})`,
  ...kerasWideForms,
};

function padded(layers: readonly string[], { height, width }: Size): string {
  return `Padded([${layers.join(', ')}], ${height}, ${width})`;
}
