import type { Size } from '../../image/image.js';
import { ends } from '../definition/torchvision-form.js';
import type { Params, Policy } from '../transform.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from './exported.js';
import { readLeaf, sizedWindowsOf, variancesOf, windowsOf, type Form } from './leaf.js';
import { listCall, neededHelpers, pythonModule } from './python.js';
import { torchHelpers } from './torch-helpers.js';
import { torchWide } from './torch-wide.js';
import { writeNode, type Dialect } from './tree.js';
import { wideForms, wideImports } from './wide-forms.js';

/**
 * A policy as a Python module for MONAI, on dictionaries with `image` `[3, H, W]`, values from 0 to 255, and `label`
 * `[1, H, W]`, which may be missing: `transform`, and `last_transform` for the last epochs.
 */
export function monaiModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const { policy, last, size } = exported;
  const main = transformOf(policy, size, differences);
  const end = last && transformOf(last.policy, size, differences);
  const body = [
    `transform: Compose = ${main}`,
    ...(end === undefined ? [] : [`last_transform: Compose = ${end}`]),
  ].join('\n\n');
  const needed = neededHelpers({ ...torchHelpers, ...torchWide, ...helpers }, body);
  const all = [...needed, body].join('');
  const names = monaiNames.filter((name) => new RegExp(String.raw`\b${name}\b`).test(all));
  const text = pythonModule(
    exported,
    {
      library: 'MONAI',
      checked: 'monai 1.6.1',
      usage: [
        'from policy import transform',
        'result = transform({"image": image, "label": label})  # values 0 to 255, [3, H, W] and [1, H, W]',
        'The image comes back as float32, still from 0 to 255. label may be missing; 255 in it is outside the',
        'image: ignore it in the loss.',
      ],
      imports: [
        ...wideImports(all),
        ...(all.includes('Callable') ? ['from typing import Callable'] : []),
        '',
        ...(all.includes('np.') ? ['import numpy as np'] : []),
        'import torch',
        ...(all.includes('Image.') ? ['from PIL import Image'] : []),
        `from monai.transforms import ${names.join(', ')}`,
        '',
        'BOTH = {"keys": ("image", "label"), "allow_missing_keys": True}',
      ],
      helpers: needed,
      body,
    },
    differences,
  );
  return { text, ...differences };
}

const monaiNames = [
  ...['BorderPadd', 'CenterSpatialCropd', 'Compose', 'EnsureTyped', 'Identityd', 'Lambdad'],
  ...['OneOf', 'RandFlipd', 'RandomizableTransform', 'RandScaleIntensityd', 'RandShiftIntensityd'],
  ...['RandSpatialCropd', 'Resized', 'ResizeWithPadOrCropd', 'Rotate90d', 'SomeOf', 'Transposed'],
];

const helpers: Readonly<Record<string, string>> = {
  clip: `
def clip(planes: torch.Tensor) -> torch.Tensor:
    """Values cut off at 0 and 255."""
    return planes.clamp(0, 255)
`,
  RandValues: `
class RandValues(RandomizableTransform):
    """Applies a function with a random argument to the image, and cuts the result off at 0 and 255."""

    def __init__(self, function: Callable[[torch.Tensor, float], torch.Tensor], low: float, high: float):
        super().__init__(prob=1.0)
        self.function, self.low, self.high = function, low, high

    def __call__(self, data: dict) -> dict:
        argument = self.R.uniform(self.low, self.high)
        return {**data, "image": self.function(data["image"], argument).clamp(0, 255)}
`,
  RandMoved: `
class RandMoved(RandomizableTransform):
    """Turns, scales and shifts image and label about the centre, each by a draw from its range."""

    def __init__(self, **ranges: tuple[float, float]):
        super().__init__(prob=1.0)
        self.ranges = ranges

    def __call__(self, data: dict) -> dict:
        drawn = {name: self.R.uniform(*ends) for name, ends in self.ranges.items()}
        return {k: moved(v, **drawn, nearest=k == "label") if k in BOTH["keys"] else v for k, v in data.items()}
`,
  RandDrawn: `
class RandDrawn(RandomizableTransform):
    """Changes the image by a function with draws of its own, and the label too where it moves pixels."""

    def __init__(self, function: Callable, draw: Callable = between, moves: bool = False, **fixed):
        super().__init__(prob=1.0)
        self.function, self.draw, self.moves, self.fixed = function, draw, moves, fixed

    def __call__(self, data: dict) -> dict:
        given = {**self.fixed, **self.draw(self.R.uniform, *data["image"].shape[-2:])}
        data = {**data, "image": self.function(data["image"], **given).clamp(0, 255)}
        if self.moves and "label" in data:
            data["label"] = self.function(data["label"], **given, nearest=True)
        return data
`,
};

function transformOf({ root, restore, size: to }: Policy, size: Size, notes: Differences): string {
  const { height, width } = to ?? size;
  const parts = ['EnsureTyped(**BOTH, dtype=torch.float32)'];
  const tree = writeNode(root, dialectFor(size, notes));
  if (tree !== undefined) parts.push(tree);
  if (restore === 'reflect')
    parts.push(`ResizeWithPadOrCropd(**BOTH, spatial_size=(${height}, ${width}), mode="reflect")`);
  if (restore === 'resize') parts.push(resized(height, width));
  return listCall('Compose', parts);
}

function resized(height: number, width: number): string {
  return `Resized(**BOTH, spatial_size=(${height}, ${width}), mode=("bilinear", "nearest"))`;
}

const nothing = 'Identityd(**BOTH)';

function dialectFor(size: Size, notes: Differences): Dialect {
  return {
    leaf: (name, options, p) => {
      const code = readLeaf(name, options, { forms, size, notes, library: 'MONAI' });
      return code === undefined ? undefined : chance(code, p);
    },
    nothing: () => nothing,
    compose: (members, p) => chance(listCall('Compose', members), p),
    oneOf: (members, weights, p) =>
      chance(listCall('OneOf', members, `weights=(${weights.join(', ')})`), p),
    someOf: (members, { n, replace, weights }, p) => {
      const chances = weights === undefined ? [] : [`weights=[${weights.join(', ')}]`];
      const again = replace ? ['replace=True'] : [];
      return chance(listCall('SomeOf', members, `num_transforms=${n}`, ...again, ...chances), p);
    },
  };
}

function chance(code: string, p: number): string {
  if (p === 1) return code;
  const flip = /^RandFlipd\(.*prob=1,/.exec(code);
  if (flip !== null) return code.replace('prob=1,', `prob=${p},`);
  return listCall('OneOf', [code, nothing], `weights=(${p}, ${1 - p})`);
}

const clipped = 'Lambdad(keys="image", func=clip)';
const range = (value: unknown): readonly [number, number] => value as [number, number];

const forms: Readonly<Record<string, Form>> = {
  HorizontalFlip: () => 'RandFlipd(**BOTH, prob=1, spatial_axis=1)',
  VerticalFlip: () => 'RandFlipd(**BOTH, prob=1, spatial_axis=0)',
  RandomRotate90: () =>
    listCall('OneOf', [nothing, ...[1, 2, 3].map((k) => `Rotate90d(**BOTH, k=${k})`)]),
  Transpose: () => 'Transposed(**BOTH, indices=(0, 2, 1))',
  ToGray: () => 'Lambdad(keys="image", func=gray)',
  RandomContrast: ({ limit }) =>
    listCall('Compose', [
      `RandScaleIntensityd(keys="image", factors=(${ends(range(limit))}), prob=1)`,
      clipped,
    ]),
  RandomBrightness: ({ limit }) => {
    const [low, high] = range(limit).map((end) => 255 * end);
    return listCall('Compose', [
      `RandShiftIntensityd(keys="image", offsets=(${low}, ${high}), prob=1)`,
      clipped,
    ]);
  },
  RandomGamma: ({ gammaLimit }) => `RandValues(gamma, ${ends(range(gammaLimit))})`,
  GaussNoise: (options, _size, differ) =>
    `RandValues(noise, ${ends(variancesOf(options, differ))})`,
  Blur: ({ blurLimit }) => {
    const [low, high] = range(blurLimit);
    const sides = Array.from({ length: Math.floor((high - low) / 2) + 1 }, (_, i) => low + 2 * i);
    const codes = sides.map((side) => `Lambdad(keys="image", func=partial(blur, side=${side}))`);
    return codes.length === 1 ? codes[0] : listCall('OneOf', codes);
  },
  ShiftScaleRotate: (options, _size, differ) => {
    if (options.fill !== null) differ('outside, the image is reflected instead of filled');
    const of = (key: string): string => `(${ends(range(options[key]))})`;
    return `RandMoved(shift_x=${of('shiftLimitX')}, shift_y=${of('shiftLimitY')}, scale=${of('scaleLimit')}, angle=${of('rotateLimit')})`;
  },
  RandomCrop: (options, size) =>
    cropped('RandSpatialCropd', windowsOf(options, size), ', random_size=False'),
  CenterCrop: (options, size) => cropped('CenterSpatialCropd', windowsOf(options, size), ''),
  RandomSizedCrop: sizedCrop,
  PaddedCrop: ({ padding }, { height, width }) => {
    const most = Math.round((padding as number) * Math.max(height, width));
    return listCall('Compose', [
      `BorderPadd(keys="image", spatial_border=${most}, mode="constant", value=0)`,
      `BorderPadd(keys="label", spatial_border=${most}, mode="constant", value=255, allow_missing_keys=True)`,
      cropped('RandSpatialCropd', { height, width }, ', random_size=False'),
    ]);
  },
  ...wideForms('RandDrawn'),
};

function cropped(name: string, { height, width }: Size, rest: string): string {
  return `${name}(**BOTH, roi_size=(${height}, ${width})${rest})`;
}

function sizedCrop(options: Params, size: Size, differ: (difference: string) => void): string {
  const { low, high, result } = sizedWindowsOf(options, size);
  const isOne = low.height === high.height && low.width === high.width;
  if (!isOne) differ('height and width of the window are drawn apart');
  const crop = isOne
    ? cropped('RandSpatialCropd', low, ', random_size=False')
    : `RandSpatialCropd(**BOTH, roi_size=(${low.height}, ${low.width}), max_roi_size=(${high.height}, ${high.width}), random_size=True)`;
  return listCall('Compose', [crop, resized(result.height, result.width)]);
}
