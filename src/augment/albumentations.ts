import { UserError } from '../core/index.js';
import type { Size } from '../image/types.js';
import { createTransform } from './registry.js';
import type { Json, Params, Restore, TransformSpec } from './types.js';

/** Releases whose files can be written; 2.0 renamed parameters and dropped others. */
export type AlbumentationsRelease = '1.3' | '2.0';

/** A random subset of fixed size, each member with probability p (thesis, 3.2). */
export interface SubsetOfTransforms {
  readonly size: number;
  readonly p: number;
  readonly restore: Restore;
  readonly transforms: readonly TransformSpec[];
}

/**
 * A policy as `A.save` would write it: `SomeOf` the transforms, then back to the input's size.
 *
 * Relative crops become pixels of `size`, since Albumentations knows absolute ones only: a crop after a
 * crop keeps its size there and shrinks further here.
 *
 * @param size of the images it is for
 * @throws UserError `EXPORT_UNKNOWN` for a transform without an equivalent
 */
export function toAlbumentations(
  policy: SubsetOfTransforms,
  size: Size,
  release: AlbumentationsRelease = '2.0',
): Params {
  const old = release === '1.3';
  const always: Params = old ? { always_apply: false } : {};
  const members = policy.transforms.map((spec): Params => {
    const { name, parameters } = equivalent(spec, size, old);
    return { __class_fullname__: name, ...always, p: policy.p, ...parameters };
  });
  const steps: Json[] = [
    {
      __class_fullname__: 'SomeOf',
      p: 1,
      transforms: members,
      n: Math.min(policy.size, members.length),
      replace: false,
    },
  ];
  const { width, height } = size;
  if (policy.restore === 'reflect')
    steps.push({
      __class_fullname__: 'PadIfNeeded',
      ...always,
      p: 1,
      min_height: height,
      min_width: width,
      border_mode: 4,
    });
  if (policy.restore === 'resize')
    steps.push({ __class_fullname__: 'Resize', ...always, p: 1, height, width, interpolation: 1 });
  return {
    __version__: old ? '1.3.1' : '2.0.8',
    transform: {
      __class_fullname__: 'Compose',
      p: 1,
      transforms: members.length > 0 ? steps : [],
      bbox_params: null,
      keypoint_params: null,
      additional_targets: {},
      is_check_shapes: true,
    },
  };
}

function equivalent(
  spec: TransformSpec,
  size: Size,
  old: boolean,
): { name: string; parameters: Params } {
  const { name, options } = createTransform(spec);
  const window = cropWindow(options, size);
  switch (name) {
    case 'HorizontalFlip':
    case 'VerticalFlip':
    case 'RandomRotate90':
    case 'Transpose':
    case 'ToGray':
      return { name, parameters: {} };
    case 'RandomCrop':
    case 'CenterCrop':
      return { name, parameters: window };
    case 'RandomSizedCrop': {
      const heights = options.minMaxHeight ?? scaled(options.minMaxScale, size.height);
      const out = sizedOutput(options, size);
      const output: Params = old ? out : { size: [out.height, out.width] };
      const w2h: Params = options.w2hRatio === undefined ? {} : { w2h_ratio: options.w2hRatio };
      return { name, parameters: { min_max_height: heights, ...output, ...w2h } };
    }
    case 'ShiftScaleRotate':
      return {
        name,
        parameters: {
          shift_limit_x: options.shiftLimitX,
          shift_limit_y: options.shiftLimitY,
          scale_limit: options.scaleLimit,
          rotate_limit: options.rotateLimit,
          interpolation: 1,
          border_mode: 4,
        },
      };
    // Both releases know the pair in one; 2.0 no longer has them apart.
    case 'RandomBrightness':
    case 'RandomContrast': {
      const bright = name === 'RandomBrightness';
      return {
        name: 'RandomBrightnessContrast',
        parameters: {
          brightness_limit: bright ? options.limit : [0, 0],
          contrast_limit: bright ? [0, 0] : options.limit,
          brightness_by_max: true,
        },
      };
    }
    case 'RandomGamma':
      return { name, parameters: { gamma_limit: options.gammaLimit } };
    case 'CLAHE':
      return {
        name,
        parameters: {
          clip_limit: options.clipLimit,
          tile_grid_size: [options.tilesX, options.tilesY],
        },
      };
    case 'Blur':
      return { name, parameters: { blur_limit: options.blurLimit } };
    case 'GaussNoise': {
      const variances = options.varLimit as number[];
      const parameters: Params = old
        ? { var_limit: variances, mean: options.mean, per_channel: options.perChannel }
        : {
            // 2.0 gives standard deviations as shares of 255.
            std_range: variances.map((v) => Math.sqrt(v) / 255),
            mean_range: [Number(options.mean) / 255, Number(options.mean) / 255],
            per_channel: options.perChannel,
          };
      return { name, parameters };
    }
    default:
      throw new UserError('EXPORT_UNKNOWN', 'Albumentations has no equivalent of a transform.', {
        where: 'policy',
        got: name,
        remedy: 'leave it out of the policy, or export as json',
      });
  }
}

function cropWindow(options: Params, size: Size): Params {
  if (options.height !== undefined) return { height: options.height, width: options.width };
  const scale = Number(options.scale ?? 1);
  return {
    height: Math.max(1, Math.round(size.height * scale)),
    width: Math.max(1, Math.round(size.width * scale)),
  };
}

function scaled(range: Json | undefined, side: number): number[] {
  return (range as number[]).map((s) => Math.max(1, Math.round(s * side)));
}

function sizedOutput(options: Params, size: Size): { height: number; width: number } {
  if (options.height !== undefined)
    return { height: Number(options.height), width: Number(options.width) };
  const scale = Number(options.outputScale ?? 1);
  return { height: Math.round(size.height * scale), width: Math.round(size.width * scale) };
}
