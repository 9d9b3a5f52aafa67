import type { Range } from '../definition/option-reader.js';
import { chancesOf, forEvery, reach, rounded, shorterSide, type Chance } from './chances.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from './exported.js';
import { percent } from './head.js';
import { literal, pythonModule } from './python.js';

/** Arguments of `create_transform`. */
interface Arguments {
  scale: [number, number];
  ratio: [number, number];
  hflip: number;
  vflip: number;
  /** Brightness, contrast, saturation, hue. */
  color_jitter: [number, number, number, number] | null;
  color_jitter_prob: number | null;
  grayscale_prob: number;
  gaussian_blur_prob: number;
  auto_augment: null;
  re_prob: number;
  re_mode: string;
  interpolation: string;
}

type Form = (
  chance: Chance,
  set: Arguments,
  notes: Differences,
  size: ExportablePolicy['size'],
) => void;

/** Standard deviation up to which timm's blur goes, in pixels (its GaussianBlur draws from 0.1 to 2). */
const timmBlur = 2;

/**
 * A policy as a Python module for timm: `arguments` of `create_transform`, and `flags` of its training script, which the
 * module prints when it is run. What the policy does not contain is switched off.
 *
 * @throws UserError `EXPORT_POLICY`
 */
export function timmArguments(exported: ExportablePolicy): ExportedPolicy {
  const { policy, last, size } = exported;
  const notes = new Differences();
  const set: Arguments = {
    scale: [1, 1],
    ratio: [1, 1],
    hflip: 0,
    vflip: 0,
    color_jitter: null,
    color_jitter_prob: null,
    grayscale_prob: 0,
    gaussian_blur_prob: 0,
    auto_augment: null,
    re_prob: 0,
    re_mode: 'const',
    interpolation: 'bilinear',
  };
  for (const chance of chancesOf(policy.root)) {
    const form = Object.hasOwn(forms, chance.name) ? forms[chance.name] : undefined;
    if (form === undefined) notes.leftOut(chance.name, 'create_transform has no argument for it');
    else form(chance, set, notes, size);
  }
  if (last !== undefined)
    notes.leftOut(
      'the last epochs',
      `the policy trains the last ${percent(last.share)} of them with the safe set alone; timm augments all epochs alike`,
    );
  const text = pythonModule(
    { ...exported, last: undefined },
    {
      library: 'timm',
      checked: 'timm 1.0.31',
      usage: [
        'python train.py DATA $(python policy.py)',
        `create_transform(input_size=(3, ${size.height}, ${size.width}), is_training=True, **arguments)`,
        'What the policy does not contain is switched off.',
      ],
      imports: [],
      helpers: [],
      body: `arguments: dict[str, object] = {
${Object.entries(set)
  .map(([key, value]) => `    "${key}": ${literal(value)},`)
  .join('\n')}
}

flags: list[str] = ${literal(flagsOf(set)).replace('(', '[').replace(/\)$/, ']')}`,
      prints: '" ".join(flags)',
    },
    notes,
  );
  return { text, ...notes };
}

/** Flags of timm's train.py; its --color-jitter is one number for brightness, contrast and saturation, so it stays off. */
function flagsOf(set: Arguments): string[] {
  return [
    ...['--scale', ...set.scale.map(String), '--ratio', ...set.ratio.map(String)],
    ...['--hflip', String(set.hflip), '--vflip', String(set.vflip), '--color-jitter', '0'],
    ...['--grayscale-prob', String(set.grayscale_prob)],
    ...['--gaussian-blur-prob', String(set.gaussian_blur_prob)],
    ...['--reprob', String(set.re_prob), '--remode', set.re_mode],
    ...['--mixup', '0', '--cutmix', '0'],
    ...['--train-interpolation', set.interpolation],
  ];
}

const forms: Readonly<Record<string, Form>> = {
  HorizontalFlip: ({ p }, set) => {
    set.hflip = rounded(p);
  },
  VerticalFlip: ({ p }, set) => {
    set.vflip = rounded(p);
  },
  ToGray: ({ p }, set) => {
    set.grayscale_prob = rounded(p);
  },
  RandomContrast: ({ name, options, p }, set, notes) => {
    const limit = options.limit as Range;
    const most = reach(limit);
    if (most === 0) return notes.leftOut(name, 'its range lies on one side of doing nothing');
    // torchvision's brightness is a factor, which is what contrast is here.
    jitter(set, p, [most, 0, 0, 0]);
    notes.nearly(
      name,
      `arguments have it, but no flag: --color-jitter changes saturation as much${shorterSide(limit)}`,
    );
  },
  RandomBrightness: ({ name }, _set, notes) =>
    notes.leftOut(name, 'it adds to all values, where timm multiplies them'),
  RandomSizedCrop: ({ name, options, p }, set, notes, size) => {
    const sides =
      (options.minMaxScale as Range | undefined) ??
      (options.minMaxHeight as Range).map((side) => side / size.height);
    const [low, high] = sides.map((side) => rounded(Math.min(1, side) ** 2));
    crop(set, [low, high], [1, 1]);
    notes.nearly(
      name,
      `crops of ${percent(low)} to ${percent(high)} of the area, drawn evenly over it, ${forEvery(p)}`,
    );
  },
  Blur: ({ name, options, p }, set, notes) => {
    const [, side] = options.blurLimit as Range;
    const deviation = Math.sqrt((side ** 2 - 1) / 12);
    if (deviation < timmBlur)
      return notes.leftOut(
        name,
        `timm's blur reaches a standard deviation of ${timmBlur} pixels, further than a window of ${side} pixels (${deviation.toFixed(2)})`,
      );
    set.gaussian_blur_prob = rounded(Math.min(1, set.gaussian_blur_prob + p));
    notes.nearly(
      name,
      `a Gaussian with a standard deviation of 0.1 to ${timmBlur} pixels instead of a mean over a window of up to ${side}`,
    );
  },
  GaussianBlur: ({ name, options, p }, set, notes) => {
    const [low, high] = options.sigmaLimit as Range;
    if (high < timmBlur)
      return notes.leftOut(
        name,
        `timm's blur reaches a standard deviation of ${timmBlur} pixels, further than ${high}`,
      );
    set.gaussian_blur_prob = rounded(Math.min(1, set.gaussian_blur_prob + p));
    notes.nearly(
      name,
      `a standard deviation of 0.1 to ${timmBlur} pixels instead of ${low} to ${high}`,
    );
  },
  HueSaturationValue: ({ name, options, p }, set, notes) => {
    const { hueShiftLimit, satShiftLimit, valShiftLimit } = options as Record<string, Range>;
    const hue = rounded(reach(hueShiftLimit) / 180);
    const saturation = rounded(reach(satShiftLimit) / 255);
    const value = rounded(reach(valShiftLimit) / 255);
    if (hue + saturation + value === 0)
      return notes.leftOut(name, 'its ranges lie on one side of doing nothing');
    jitter(set, p, [value, 0, saturation, hue]);
    notes.nearly(
      name,
      'arguments have it, but no flag: --color-jitter has no hue; saturation and brightness are scaled instead of shifted, and uneven ranges reach as far as their shorter side',
    );
  },
  RandomErasing: ({ name, options, p }, set, notes) => {
    const { scale, ratio } = options as Record<string, Range>;
    const [area, shape] = [timmErasing.scale, timmErasing.ratio];
    if (scale[1] < area[1] || ratio[0] > shape[0] || ratio[1] < shape[1])
      return notes.leftOut(
        name,
        `timm erases ${percent(area[0])} to ${percent(area[1])} of the area in shapes of ${shape.join(' to ')}, which goes further`,
      );
    set.re_prob = rounded(p);
    notes.nearly(
      name,
      `timm erases ${percent(area[0])} to ${percent(area[1])} of the area, in the mean colour that it normalises with instead of grey level ${String(options.value)}`,
    );
  },
  RandomResizedCrop: ({ name, options, p }, set, notes) => {
    const { scale, ratio } = options as Record<string, Range>;
    crop(set, scale, ratio);
    notes.nearly(
      name,
      `crops of ${percent(scale[0])} to ${percent(scale[1])} of the area, ${forEvery(p)}; what is made smaller is antialiased`,
    );
  },
};

/** What timm's RandomErasing draws, whatever is asked: of the area, and height by width; a third and 10/3 in whole percents. */
const timmErasing = { scale: [0.02, 0.33], ratio: [0.3, 3.3] } as const;

/** Colours of one probability: the larger ones. */
function jitter(set: Arguments, p: number, amounts: [number, number, number, number]): void {
  const before = set.color_jitter ?? [0, 0, 0, 0];
  const [brightness, contrast, saturation, hue] = amounts.map((x, i) => Math.max(x, before[i]));
  set.color_jitter = [brightness, contrast, saturation, hue];
  set.color_jitter_prob = rounded(Math.max(set.color_jitter_prob ?? 0, p));
}

/** Crops of one range: the wider one. */
function crop(set: Arguments, scale: Range, ratio: Range): void {
  const wider = (a: Range, b: Range): Range => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
  const first = set.scale[0] === 1;
  set.scale = first ? scale : wider(set.scale, scale);
  set.ratio = wider(set.ratio, ratio);
}
