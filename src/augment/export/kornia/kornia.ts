import type { Size } from '../../../image/image.js';
import { ends } from '../../definition/torchvision-form.js';
import type { Params, Policy } from '../../transform.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from '../exported.js';
import { korniaHelpers } from './kornia-helpers.js';
import { readLeaf, sizedWindowsOf, variancesOf, windowsOf, type Form } from '../leaf.js';
import { listCall, neededHelpers, pythonModule } from '../python.js';
import { torchWide } from '../torch-wide.js';
import { wideForms, wideImports } from '../wide-forms.js';
import { writeNode, type Dialect } from '../tree.js';

/**
 * A policy as a Python module for Kornia, on batches `[B, 3, H, W]` with values from 0 to 1 and their masks `[B, 1, H, W]`: each image
 * has its own draws. `transform`, and `last_transform` for the last epochs.
 */
export function korniaModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const { policy, last, size } = exported;
  const main = transformOf(policy, size, differences);
  const end = last && transformOf(last.policy, size, differences);
  const body = [
    `transform: Part = ${main}`,
    ...(end === undefined ? [] : [`last_transform: Part = ${end}`]),
  ].join('\n\n');
  const helpers = neededHelpers({ ...torchWide, ...korniaHelpers }, `Part${body}`);
  const code = [...helpers, body].join('');
  const text = pythonModule(
    exported,
    {
      library: 'Kornia',
      checked: 'kornia 0.9.0',
      usage: [
        'from policy import transform',
        'images, masks = transform(images, masks)  # float, 0 to 1, [B, 3, H, W]; masks float, [B, 1, H, W], or None',
        'Every image of a batch has its own draws. The label 255 in a mask is outside the image: ignore it in the loss.',
      ],
      imports: [
        ...wideImports(code),
        ...(code.includes('K.') ? ['import kornia.augmentation as K'] : []),
        ...(code.includes('np.') ? ['import numpy as np'] : []),
        'import torch',
        ...(code.includes('Image.') ? ['from PIL import Image'] : []),
        ...(/\bpad\(/.test(code) ? ['from torch.nn.functional import pad'] : []),
      ],
      helpers,
      body,
    },
    differences,
  );
  return { text, ...differences };
}

function transformOf({ root, restore, size: to }: Policy, size: Size, notes: Differences): string {
  const { height, width } = to ?? size;
  const tree = writeNode(root, dialectFor(size, notes)) ?? 'Part()';
  const end =
    restore === 'resize'
      ? leaf(`K.Resize((${height}, ${width}))`)
      : restore === 'reflect'
        ? `Padded(Part(), ${height}, ${width})`
        : undefined;
  return end === undefined ? tree : listCall('AllOf', [tree, end]);
}

function dialectFor(size: Size, notes: Differences): Dialect {
  return {
    leaf: (name, options, p) => {
      const code = readLeaf(name, options, { forms, size, notes, library: 'Kornia' });
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

function leaf(code: string): string {
  return `Native(${code})`;
}

const range = (value: unknown): readonly [number, number] => value as [number, number];

/** In a batch all images have one size. */
const atOnce = 'the border is mirrored at once, and not at the end';

const wide = wideForms('Drawn');

const forms: Readonly<Record<string, Form>> = {
  HorizontalFlip: () => leaf('K.RandomHorizontalFlip(p=1)'),
  VerticalFlip: () => leaf('K.RandomVerticalFlip(p=1)'),
  RandomRotate90: () =>
    listCall(
      'OneOf',
      ['Part()', ...[1, 2, 3].map((k) => `Pixels(torch.rot90, k=${k}, dims=(-2, -1))`)],
      'weights=(1, 1, 1, 1)',
    ),
  Transpose: () => 'Pixels(torch.transpose, dim0=-2, dim1=-1)',
  ToGray: () => leaf('K.RandomGrayscale(p=1)'),
  RandomContrast: ({ limit }) => leaf(`K.RandomContrast(contrast=(${around1(limit)}), p=1)`),
  RandomBrightness: ({ limit }) => leaf(`K.RandomBrightness(brightness=(${around1(limit)}), p=1)`),
  RandomGamma: ({ gammaLimit }) => {
    const [low, high] = range(gammaLimit);
    return leaf(`K.RandomGamma(gamma=(${low / 100}, ${high / 100}), p=1)`);
  },
  Blur: ({ blurLimit }) => {
    const [low, high] = range(blurLimit);
    const sides = Array.from({ length: Math.floor((high - low) / 2) + 1 }, (_, i) => low + 2 * i);
    const codes = sides.map((side) => leaf(`K.RandomBoxBlur(kernel_size=(${side}, ${side}), p=1)`));
    const weights = `weights=(${codes.map(() => 1).join(', ')},)`;
    return codes.length === 1 ? codes[0] : listCall('OneOf', codes, weights);
  },
  GaussNoise: (options, _size, differ) => `Noise(${ends(variancesOf(options, differ))})`,
  ShiftScaleRotate: shiftScaleRotate,
  RandomCrop: (options, size, differ) =>
    cropped('RandomCrop', windowsOf(options, size), size, differ),
  CenterCrop: (options, size, differ) =>
    cropped('CenterCrop', windowsOf(options, size), size, differ),
  RandomSizedCrop: (options, size, differ) => {
    const { low, high, result } = sizedWindowsOf(options, size);
    const areas = [low, high].map(
      (window) => (window.height * window.width) / (size.height * size.width),
    );
    const ratio = low.width / low.height;
    differ(
      areas[0] === areas[1]
        ? 'pixels at the border are sampled at their centres'
        : 'the area, not the side, is drawn evenly',
    );
    return leaf(
      `K.RandomResizedCrop((${result.height}, ${result.width}), scale=(${areas.join(', ')}), ratio=(${ratio}, ${ratio}), p=1)`,
    );
  },
  PaddedCrop: ({ padding }, { height, width }) =>
    `PaddedCrop(${Math.round((padding as number) * Math.max(height, width))})`,
  ...wide,
  Equalize: () => leaf('K.RandomEqualize(p=1)'),
  GaussianBlur: (options, size, differ) => {
    const [low, high] = range(options.sigmaLimit).map((end) => Math.max(0.01, end));
    const radius = Math.max(1, Math.floor(3.5 * high));
    // Kornia's border reflects once.
    if (radius >= Math.min(size.height, size.width))
      return wide.GaussianBlur(options, size, differ);
    const side = 2 * radius + 1;
    return leaf(
      `K.RandomGaussianBlur((${side}, ${side}), (${low}, ${high}), border_type="reflect", p=1)`,
    );
  },
};

function around1(limit: unknown): string {
  return ends(range(range(limit).map((end) => 1 + end)));
}

function cropped(
  name: string,
  { height, width }: Size,
  size: Size,
  differ: (difference: string) => void,
): string {
  differ(atOnce);
  return `Padded(${leaf(`K.${name}((${height}, ${width}), p=1)`)}, ${size.height}, ${size.width})`;
}

function shiftScaleRotate(
  options: Params,
  _size: Size,
  differ: (difference: string) => void,
): string {
  const [x, y] = [range(options.shiftLimitX), range(options.shiftLimitY)];
  const largest = (limit: readonly [number, number]): number => Math.max(...limit.map(Math.abs));
  if (-x[0] !== x[1] || -y[0] !== y[1]) differ('shifts are drawn both ways');
  if (options.fill !== null) differ('outside, the image is reflected instead of filled');
  // Kornia turns clockwise.
  const [low, high] = range(options.rotateLimit);
  const args = [
    `degrees=(${ends([0 - high, 0 - low])})`,
    `translate=(${largest(x)}, ${largest(y)})`,
    `scale=(${around1(options.scaleLimit)})`,
    'padding_mode="reflection", align_corners=True, p=1',
  ];
  return leaf(`K.RandomAffine(${args.join(', ')})`);
}
