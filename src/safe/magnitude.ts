import { createTransform } from '../augment/index.js';
import type { Params, TransformSpec } from '../augment/types.js';
import type { Size } from '../image/types.js';

/** A transform's magnitude: how far its options reach from doing nothing. */
export interface Magnitude {
  /** What is varied, e.g. `limit` or `rotateLimit`. */
  readonly option: string;
  readonly unit: string;
  /** The magnitude of the options as they are: the largest. */
  readonly full: number;
  /** Options that reach only part `f` of it, 0 < f <= 1; what else the transform does is left out. */
  at(f: number): Params;
}

type Pair = [number, number];

const pair = (options: Params, key: string): Pair => options[key] as unknown as Pair;
const reach = ([low, high]: Pair, centre: number): number =>
  Math.max(Math.abs(low - centre), Math.abs(high - centre));

/** A range shrunk towards what does nothing. */
function shrunk(options: Params, key: string, unit: string, centre = 0): Magnitude {
  const [low, high] = pair(options, key);
  return {
    option: key,
    unit,
    full: reach([low, high], centre),
    at: (f) => ({ ...options, [key]: [centre + (low - centre) * f, centre + (high - centre) * f] }),
  };
}

/** The magnitudes of a transform, all at its own options; none for those that have no strength. */
export function magnitudesOf(spec: TransformSpec, size: Size): Magnitude[] {
  const { options } = createTransform(spec);
  switch (spec.name) {
    case 'RandomBrightness':
      return [shrunk(options, 'limit', 'of the grey scale')];
    case 'RandomContrast':
      return [shrunk(options, 'limit', 'of the contrast')];
    case 'RandomGamma':
      return [shrunk(options, 'gammaLimit', 'percent', 100)];
    case 'CLAHE':
      return [shrunk(options, 'clipLimit', 'clip limit above 1', 1)];
    case 'ShiftScaleRotate':
      return shiftScaleRotate(options);
    case 'RandomCrop':
    case 'CenterCrop':
      return [cropSize(options, size)].filter((m) => m.full > 0);
    case 'RandomSizedCrop':
      return 'minMaxScale' in options ? [shrunk(options, 'minMaxScale', 'of the sides', 1)] : [];
    case 'Blur':
      return [blurSide(options)];
    case 'GaussNoise':
      return 'varLimit' in options ? [shrunk(options, 'varLimit', 'variance in grey levels')] : [];
    default:
      return [];
  }
}

/** Each of the three alone. */
function shiftScaleRotate(options: Params): Magnitude[] {
  const still = {
    shiftLimitX: [0, 0],
    shiftLimitY: [0, 0],
    scaleLimit: [0, 0],
    rotateLimit: [0, 0],
  };
  const { arithmetic, fill } = options;
  const rest = { arithmetic, fill };
  const alone = (key: string, unit: string): Magnitude => {
    const own = shrunk(options, key, unit);
    return { ...own, at: (f) => ({ ...rest, ...still, [key]: own.at(f)[key] }) };
  };
  const x = shrunk(options, 'shiftLimitX', 'of the sides');
  const y = shrunk(options, 'shiftLimitY', 'of the sides');
  const shift: Magnitude = {
    option: 'shiftLimit',
    unit: 'of the sides',
    full: Math.max(x.full, y.full),
    at: (f) => ({
      ...rest,
      ...still,
      shiftLimitX: x.at(f).shiftLimitX,
      shiftLimitY: y.at(f).shiftLimitY,
    }),
  };
  return [alone('rotateLimit', 'degrees'), alone('scaleLimit', 'of the size'), shift].filter(
    (m) => m.full > 0,
  );
}

/** Part of the sides that a crop leaves out. */
function cropSize(options: Params, size: Size): Magnitude {
  const absolute = typeof options.scale !== 'number';
  const kept = absolute ? Number(options.height) / size.height : Number(options.scale);
  return {
    option: absolute ? 'height' : 'scale',
    unit: 'of the sides left out',
    full: 1 - kept,
    at(f) {
      if (!absolute) return { ...options, scale: 1 - (1 - kept) * f };
      const shorter = (side: number, crop: number): number => Math.round(side - (side - crop) * f);
      return {
        ...options,
        height: shorter(size.height, Number(options.height)),
        width: shorter(size.width, Number(options.width)),
      };
    },
  };
}

/** The largest side drawn; odd, at least the smallest. */
function blurSide(options: Params): Magnitude {
  const [low, high] = pair(options, 'blurLimit');
  return {
    option: 'blurLimit',
    unit: 'pixels a side',
    full: high,
    at: (f) => ({
      ...options,
      blurLimit: [low, Math.max(low, 2 * Math.floor((high * f) / 2) + 1)],
    }),
  };
}
