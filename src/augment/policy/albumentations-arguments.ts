import { closest, UserError } from '../../core/index.js';
import { openCv, type Arguments } from '../definition/albumentations-form.js';

/** What a class of Albumentations takes. */
interface ClassArguments {
  /** Chance where a file names none: in 1.3 and 1.4, and in 2.0. */
  readonly p: readonly [old: number, now: number];
  /** Names of any release from 1.3 to 2.0, `p` apart. */
  readonly keys: readonly string[];
  /** What each release takes for arguments that a file leaves out, where ours has another default or none. */
  readonly defaults?: readonly [old: Arguments, now: Arguments];
}

const padding = ['pad_if_needed', 'pad_position', 'border_mode', 'fill', 'fill_mask'].concat(
  ['pad_mode', 'pad_cval', 'pad_cval_mask'], // of 1.4
);
const half = [0.5, 0.5] as const;
const always = [1, 1] as const;
const plain: ClassArguments = { p: half, keys: [] };
const crop: ClassArguments = { p: always, keys: ['height', 'width', ...padding] };
const limit: ClassArguments = { p: half, keys: ['limit'] };
const several = ['transforms', 'n', 'replace'];

/** Signatures of Albumentations 1.3.1 and 2.0.8, with the names that 1.4 had between them. */
const classes: Readonly<Record<string, ClassArguments>> = {
  Compose: {
    p: always,
    keys: ['transforms', 'bbox_params', 'keypoint_params', 'additional_targets'].concat(
      ['is_check_shapes', 'strict', 'mask_interpolation', 'seed', 'save_applied_params'],
      ['return_params', 'save_key'],
    ),
  },
  Sequential: { p: half, keys: ['transforms'] },
  OneOf: { p: half, keys: ['transforms'] },
  // 1.3 has no default for n.
  SomeOf: {
    p: always,
    keys: several,
    defaults: [{ replace: true }, { n: 1, replace: false }],
  },
  RandomOrder: {
    p: always,
    keys: several,
    defaults: [
      { n: 1, replace: false },
      { n: 1, replace: false },
    ],
  },
  NoOp: plain,
  HorizontalFlip: plain,
  VerticalFlip: plain,
  Transpose: plain,
  RandomRotate90: { p: [0.5, 1], keys: [] },
  ToGray: { p: half, keys: ['method', 'num_output_channels'] },
  ShiftScaleRotate: {
    p: half,
    keys: ['shift_limit', 'shift_limit_x', 'shift_limit_y', 'scale_limit', 'rotate_limit'].concat(
      ['interpolation', 'mask_interpolation', 'border_mode', 'rotate_method'],
      ['fill', 'fill_mask', 'value', 'mask_value'],
    ),
    defaults: [{ border_mode: openCv.reflect101 }, { border_mode: openCv.constantBorder }],
  },
  RandomCrop: crop,
  CenterCrop: crop,
  RandomSizedCrop: {
    p: always,
    keys: ['min_max_height', 'height', 'width', 'size', 'w2h_ratio'].concat([
      ...['interpolation', 'mask_interpolation', 'area_for_downscale'],
    ]),
    defaults: [{ w2h_ratio: 1 }, { w2h_ratio: 1 }],
  },
  RandomBrightness: limit,
  RandomContrast: limit,
  RandomBrightnessContrast: {
    p: half,
    keys: ['brightness_limit', 'contrast_limit', 'brightness_by_max', 'ensure_safe_range'],
  },
  RandomGamma: { p: half, keys: ['gamma_limit', 'eps'] },
  CLAHE: { p: half, keys: ['clip_limit', 'tile_grid_size'] },
  Blur: { p: half, keys: ['blur_limit'] },
  HueSaturationValue: {
    p: half,
    keys: ['hue_shift_limit', 'sat_shift_limit', 'val_shift_limit'],
  },
  Affine: {
    p: half,
    keys: ['scale', 'translate_percent', 'translate_px', 'rotate', 'shear', 'fit_output'].concat(
      ['interpolation', 'mask_interpolation', 'border_mode', 'mode', 'fill', 'fill_mask'],
      ['cval', 'cval_mask', 'keep_ratio', 'rotate_method', 'balanced_scale'],
    ),
  },
  Erasing: { p: half, keys: ['scale', 'ratio', 'fill', 'fill_mask'] },
  Posterize: { p: half, keys: ['num_bits'] },
  Solarize: {
    p: half,
    keys: ['threshold', 'threshold_range'],
    defaults: [{ threshold: 128 }, { threshold_range: [0.5, 0.5] }],
  },
  Equalize: {
    p: half,
    keys: ['mode', 'by_channels', 'mask', 'mask_params'],
    defaults: [{ mode: 'cv' }, { mode: 'cv' }],
  },
  AutoContrast: {
    p: half,
    keys: ['cutoff', 'ignore', 'method'],
    defaults: [{ method: 'cdf' }, { method: 'cdf' }],
  },
  GaussianBlur: {
    p: half,
    keys: ['blur_limit', 'sigma_limit'],
    defaults: [{ blur_limit: [3, 7], sigma_limit: 0 }, { blur_limit: 0 }],
  },
  ImageCompression: {
    p: half,
    keys: ['quality_range', 'quality_lower', 'quality_upper', 'compression_type'],
  },
  RandomResizedCrop: {
    p: always,
    keys: ['height', 'width', 'size', 'scale', 'ratio', 'interpolation'].concat([
      ...['mask_interpolation', 'area_for_downscale'],
    ]),
  },
  GaussNoise: {
    p: half,
    keys: ['var_limit', 'mean', 'std_range', 'mean_range', 'per_channel', 'noise_scale_factor'],
    defaults: [{ var_limit: [10, 50] }, { std_range: [0.2, 0.44] }],
  },
  PadIfNeeded: {
    p: always,
    keys: ['min_height', 'min_width', 'pad_height_divisor', 'pad_width_divisor'].concat([
      'position',
      'padding',
      'border_mode',
      'fill',
      'fill_mask',
      'value',
      'mask_value',
    ]),
    defaults: [
      { min_height: 1024, min_width: 1024, border_mode: openCv.reflect101 },
      { min_height: 1024, min_width: 1024, border_mode: openCv.constantBorder },
    ],
  },
  Resize: {
    p: always,
    keys: ['height', 'width', 'interpolation', 'mask_interpolation', 'area_for_downscale'],
    defaults: [{ interpolation: openCv.linear }, { interpolation: openCv.linear }],
  },
};

/** Arguments that say the same: what one of them gives, no default of the other replaces. */
const alternatives: Readonly<Record<string, string>> = {
  var_limit: 'std_range',
  std_range: 'var_limit',
};

const ofEveryClass = ['__class_fullname__', 'p', 'always_apply'];

/** Whether this is a class that a policy may use. */
export function isKnownClass(name: string): boolean {
  return Object.hasOwn(classes, name);
}

/** A class's arguments as its release understands them. */
export interface GivenArguments {
  /** With defaults for those left out. */
  readonly args: Arguments;
  /** Its chance. */
  readonly p: number;
  /** Its chance among the members of a OneOf or SomeOf, which heed no `always_apply`. */
  readonly weight: number;
}

/**
 * A class's arguments, with what its release takes for those left out.
 *
 * @param old written by 1.3 or 1.4
 * @throws UserError `POLICY` for an unknown argument, with the closest known one, and for a `p` that is no probability
 */
export function argumentsOf(
  name: string,
  given: Arguments,
  old: boolean,
  where: string,
): GivenArguments {
  const { p: chances, keys, defaults } = classes[name];
  const known = [...ofEveryClass, ...keys];
  for (const key of Object.keys(given))
    if (!known.includes(key)) throw unknownArgument(name, key, known, where);
  const p = given.p ?? chances[old ? 0 : 1];
  if (typeof p !== 'number' || !(p >= 0 && p <= 1))
    throw wrongArgument(`${where}.p`, 'a probability from 0 to 1', p);
  const { always_apply: forced = false } = given;
  if (typeof forced !== 'boolean')
    throw wrongArgument(`${where}.always_apply`, 'true or false', forced);
  const added = Object.entries(defaults?.[old ? 0 : 1] ?? {}).filter(
    ([key]) => given[alternatives[key]] === undefined,
  );
  const { mask_interpolation: masks = null } = given;
  if (masks !== null && masks !== openCv.nearest)
    throw wrongArgument(`${where}.mask_interpolation`, '0 (nearest)', masks);
  return {
    args: { ...Object.fromEntries(added), ...given },
    p: forced ? 1 : p,
    weight: p,
  };
}

/** @param where the place in the file */
export function wrongArgument(where: string, expected: string, got: unknown): UserError {
  return new UserError('POLICY', 'The Albumentations file is invalid.', {
    where,
    expected,
    got: got === undefined ? 'no value' : show(got),
  });
}

function unknownArgument(
  name: string,
  key: string,
  known: readonly string[],
  where: string,
): UserError {
  const [, ...ours] = known;
  const near = closest(key, ours);
  return new UserError('POLICY', `${name} has no argument "${key}".`, {
    where,
    expected: ours.join(', '),
    got: key,
    remedy: near === undefined ? 'remove it' : `did you mean "${near}"?`,
  });
}

/** JSON has no infinity, which it makes of 1e999. */
function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? '').slice(0, 80);
}
