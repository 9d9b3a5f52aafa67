import { UserError } from '../../core/index.js';
import type { Size } from '../../image/types.js';
import { instantiate } from '../definition.js';
import { definitionOf } from '../registry.js';
import { scaled } from '../transforms/window.js';
import type { Json, Params } from '../types.js';

/** The Albumentations whose arguments a policy is written with: 1.3 to 1.4.x, or 2.0. */
export type AlbumentationsRelease = '1.3' | '2.0';

type Arguments = { [key: string]: Json };
/** A class of Albumentations with its arguments. */
export interface Named {
  name: string;
  args: Arguments;
}
type Writer = (options: Params, release: AlbumentationsRelease, size: Size) => Named;
/** Options out of a class's arguments; `undefined` values are left out. */
type ArgumentReader = (args: Arguments) => { [key: string]: Json | undefined };

/** OpenCV's constants: bilinear, nearest, reflect-101 and constant border. */
const LINEAR = 1;
const NEAREST = 0;
const REFLECT_101 = 4;
const CONSTANT = 0;

/** One of the fifteen as a class of Albumentations, with the arguments of that release. */
export function writeTransform(
  name: string,
  given: Params,
  release: AlbumentationsRelease,
  size: Size,
): Named {
  const { options } = instantiate(definitionOf(name), given);
  const writer = writers[name];
  if (writer === undefined)
    throw new UserError('POLICY', `${name} has no counterpart in Albumentations.`, { where: name });
  if (options.semantics !== undefined)
    throw new UserError('POLICY', `${name}: Albumentations today has no such semantics.`, {
      where: name,
      expected: 'semantics "albumentations"',
      got: String(options.semantics),
    });
  return writer(options, release, size);
}

const plain =
  (name: string): Writer =>
  () => ({ name, args: {} });

const writers: Record<string, Writer> = {
  HorizontalFlip: plain('HorizontalFlip'),
  VerticalFlip: plain('VerticalFlip'),
  RandomRotate90: plain('RandomRotate90'),
  Transpose: plain('Transpose'),
  ToGray: plain('ToGray'),
  ShiftScaleRotate: (o, release) => ({
    name: 'ShiftScaleRotate',
    args: {
      shift_limit_x: o.shiftLimitX,
      shift_limit_y: o.shiftLimitY,
      scale_limit: o.scaleLimit,
      rotate_limit: o.rotateLimit,
      interpolation: LINEAR,
      border_mode: o.fill === null ? REFLECT_101 : CONSTANT,
      ...(o.fill !== null && { [release === '2.0' ? 'fill' : 'value']: o.fill }),
    },
  }),
  RandomCrop: (o, _release, size) => ({ name: 'RandomCrop', args: absolute(o, size) }),
  CenterCrop: (o, _release, size) => ({ name: 'CenterCrop', args: absolute(o, size) }),
  RandomSizedCrop: (o, release, size) => {
    const { height, width, ...rest } = absoluteSized(o, size);
    const out: Arguments = release === '2.0' ? { size: [height, width] } : { height, width };
    return { name: 'RandomSizedCrop', args: { ...rest, ...out, interpolation: LINEAR } };
  },
  RandomContrast: (o, release) =>
    release === '2.0'
      ? brightnessContrast([0, 0], o.limit)
      : { name: 'RandomContrast', args: { limit: o.limit } },
  RandomBrightness: (o, release) =>
    release === '2.0'
      ? brightnessContrast(o.limit, [0, 0])
      : { name: 'RandomBrightness', args: { limit: o.limit } },
  RandomGamma: (o) => ({ name: 'RandomGamma', args: { gamma_limit: o.gammaLimit } }),
  CLAHE: (o) => ({
    name: 'CLAHE',
    args: { clip_limit: o.clipLimit, tile_grid_size: [o.tilesX, o.tilesY] },
  }),
  Blur: (o) => ({ name: 'Blur', args: { blur_limit: o.blurLimit } }),
  GaussNoise: (o, release) => ({
    name: 'GaussNoise',
    args: { ...noiseArguments(o, release), per_channel: o.perChannel },
  }),
};

function brightnessContrast(brightness: Json, contrast: Json): Named {
  return {
    name: 'RandomBrightnessContrast',
    args: {
      brightness_limit: brightness,
      contrast_limit: contrast,
      brightness_by_max: true,
    },
  };
}

/** Albumentations' crops are absolute: relative ones are those of an image of the input's size. */
function absolute(o: Params, size: Size): Arguments {
  if (o.height !== undefined) return { height: o.height, width: o.width };
  const scale = o.scale as number;
  return { height: scaled(size.height, scale), width: scaled(size.width, scale) };
}

function absoluteSized(o: Params, size: Size): Arguments {
  if (o.minMaxHeight !== undefined)
    return {
      min_max_height: o.minMaxHeight,
      height: o.height,
      width: o.width,
      w2h_ratio: o.w2hRatio,
    };
  const [low, high] = o.minMaxScale as [number, number];
  const out = o.outputScale as number;
  return {
    min_max_height: [scaled(size.height, low), scaled(size.height, high)],
    height: scaled(size.height, out),
    width: scaled(size.width, out),
    w2h_ratio: size.width / size.height,
  };
}

/** 1.3 draws the variance in squared grey levels, 2.0 the standard deviation as a fraction of 255. */
function noiseArguments(o: Params, release: AlbumentationsRelease): Arguments {
  const mean = o.mean as number;
  const deviations = o.stdRange as [number, number] | undefined;
  const variances = o.varLimit as [number, number] | undefined;
  if (release === '2.0')
    return {
      std_range: deviations ?? variances!.map((v) => Math.min(1, Math.sqrt(v) / 255)),
      mean_range: [mean / 255, mean / 255],
    };
  return { var_limit: variances ?? deviations!.map((d) => (d * 255) ** 2), mean };
}

/** The transform that a class of Albumentations with these arguments is, or undefined if it is none of the fifteen. */
export function readTransform(
  name: string,
  args: Arguments,
): { name: string; options: Params } | undefined {
  if (name === 'RandomBrightnessContrast') return readBrightnessContrast(args);
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader === undefined) return undefined;
  return { name, options: defined(reader(args)) };
}

const readers: Record<string, ArgumentReader> = {
  HorizontalFlip: () => ({}),
  VerticalFlip: () => ({}),
  RandomRotate90: () => ({}),
  Transpose: () => ({}),
  ToGray: (a) => {
    require('ToGray', a, 'method', 'weighted_average');
    require('ToGray', a, 'num_output_channels', 3);
    return {};
  },
  ShiftScaleRotate: (a) => {
    require('ShiftScaleRotate', a, 'interpolation', LINEAR);
    require('ShiftScaleRotate', a, 'mask_interpolation', NEAREST);
    if (a.border_mode !== CONSTANT) require('ShiftScaleRotate', a, 'border_mode', REFLECT_101);
    return {
      shiftLimit: a.shift_limit,
      shiftLimitX: a.shift_limit_x ?? undefined,
      shiftLimitY: a.shift_limit_y ?? undefined,
      scaleLimit: a.scale_limit,
      rotateLimit: a.rotate_limit,
      fill: a.border_mode === CONSTANT ? oneValue(a.fill ?? a.value ?? 0) : undefined,
    };
  },
  RandomCrop: (a) => {
    require('RandomCrop', a, 'pad_if_needed', false);
    return { height: a.height, width: a.width };
  },
  CenterCrop: (a) => {
    require('CenterCrop', a, 'pad_if_needed', false);
    return { height: a.height, width: a.width };
  },
  RandomSizedCrop: (a) => {
    require('RandomSizedCrop', a, 'interpolation', LINEAR);
    require('RandomSizedCrop', a, 'mask_interpolation', NEAREST);
    require('RandomSizedCrop', a, 'area_for_downscale', null);
    const [height, width] = Array.isArray(a.size) ? a.size : [a.height, a.width];
    return { minMaxHeight: a.min_max_height, height, width, w2hRatio: a.w2h_ratio };
  },
  RandomContrast: (a) => ({ limit: a.limit }),
  RandomBrightness: (a) => ({ limit: a.limit }),
  RandomGamma: (a) => ({ gammaLimit: a.gamma_limit }),
  CLAHE: (a) => {
    const grid = Array.isArray(a.tile_grid_size) ? a.tile_grid_size : [];
    return { clipLimit: a.clip_limit, tilesX: grid[0], tilesY: grid[1] };
  },
  Blur: (a) => ({ blurLimit: a.blur_limit }),
  GaussNoise: (a) => {
    require('GaussNoise', a, 'noise_scale_factor', 1);
    const [low, high] = Array.isArray(a.mean_range) ? (a.mean_range as number[]) : [0, 0];
    if (low !== high) throw unsupported('GaussNoise', 'mean_range', 'equal ends', a.mean_range);
    return {
      varLimit: a.var_limit,
      stdRange: a.std_range,
      mean: a.mean ?? low * 255,
      perChannel: a.per_channel,
    };
  },
};

/** Of this class ours has the two halves: one of them must be off. */
function readBrightnessContrast(a: Arguments): { name: string; options: Params } {
  const name = 'RandomBrightnessContrast';
  require(name, a, 'brightness_by_max', true);
  require(name, a, 'ensure_safe_range', false);
  const off = (x: Json | undefined): boolean =>
    x === 0 || (Array.isArray(x) && x.every((v) => v === 0));
  if (off(a.contrast_limit))
    return { name: 'RandomBrightness', options: defined({ limit: a.brightness_limit }) };
  if (off(a.brightness_limit))
    return { name: 'RandomContrast', options: defined({ limit: a.contrast_limit }) };
  throw unsupported(name, 'brightness_limit, contrast_limit', 'one of them 0', a);
}

/** @throws UserError `POLICY` where an argument is given and not the one that ours has. */
function require(name: string, args: Arguments, key: string, value: Json): void {
  if (args[key] !== undefined && args[key] !== value)
    throw unsupported(name, key, JSON.stringify(value), args[key]);
}

/** A fill that is the same in all channels. */
function oneValue(fill: Json): Json {
  if (!Array.isArray(fill)) return fill;
  if (fill.some((v) => v !== fill[0]))
    throw unsupported('ShiftScaleRotate', 'fill', 'the same value in all channels', fill);
  return fill[0];
}

function unsupported(name: string, key: string, expected: string, got: Json): UserError {
  return new UserError('POLICY', `${name} with this "${key}" is not supported.`, {
    where: `${name}.${key}`,
    expected,
    got: JSON.stringify(got),
  });
}

function defined(options: { [key: string]: Json | undefined }): Params {
  return Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
