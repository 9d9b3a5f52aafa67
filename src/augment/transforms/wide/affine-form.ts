import {
  openCv,
  requireArgument,
  unsupported,
  type AlbumentationsRelease,
  type Arguments,
} from '../../definition/albumentations-form.js';
import type { Range } from '../../definition/option-reader.js';
import type { Json } from '../../transform.js';

/** Limits in x and in y. */
export interface TwoLimits {
  readonly x: Range;
  readonly y: Range;
}

/** The label that masks show in Albumentations where images show `fill`. */
const outsideMasks = 255;

/** Arguments of Albumentations' `Affine` about what lies outside the image: a grey level, or null for reflect-101. */
export function affineBorder(fill: number | null, release: AlbumentationsRelease): Arguments {
  const mode = fill === null ? openCv.reflect101 : openCv.constantBorder;
  return release === '2.0'
    ? {
        ...{ interpolation: openCv.linear, border_mode: mode, fill: fill ?? 0 },
        ...(fill !== null && { fill_mask: outsideMasks }),
      }
    : {
        ...{ interpolation: openCv.linear, mode, cval: fill ?? 0 },
        ...(fill !== null && { cval_mask: outsideMasks }),
      };
}

/** The grey level that `Affine` fills with, or null for reflect-101. @throws UserError `POLICY` for another border. */
export function readAffineBorder(args: Arguments): Json {
  requireArgument('Affine', args, 'interpolation', openCv.linear);
  requireArgument('Affine', args, 'fit_output', false);
  const mode = args.border_mode ?? args.mode ?? openCv.constantBorder;
  if (mode === openCv.reflect101) return null;
  if (mode !== openCv.constantBorder)
    throw unsupported('Affine', 'border_mode', '0 (constant) or 4 (reflect-101)', mode);
  const fill = args.fill ?? args.cval ?? 0;
  if (!Array.isArray(fill)) return fill;
  if (fill.some((v) => v !== fill[0]))
    throw unsupported('Affine', 'fill', 'the same value for all channels', fill);
  return fill[0];
}

/**
 * What an `Affine` does where it does one thing alone: null where it scales or turns, or does both or neither of shifting and shearing.
 */
export function readAffine(
  args: Arguments,
  wanted: 'translate_percent' | 'shear',
): (TwoLimits & { readonly fill: Json }) | null {
  const other = wanted === 'shear' ? 'translate_percent' : 'shear';
  const still = ['rotate', other, 'translate_px'].every((key) => isNothing(args[key], 0));
  if (!still || !isNothing(args.scale, 1) || isNothing(args[wanted], 0)) return null;
  const given = args[wanted];
  const isPair = typeof given === 'object' && given !== null && !Array.isArray(given);
  const [x, y] = isPair ? [given.x ?? 0, given.y ?? 0] : [given, given];
  return { x: rangeOf(x), y: rangeOf(y), fill: readAffineBorder(args) };
}

/** Whether an argument leaves the image as it is. */
function isNothing(given: Json | undefined, nothing: number): boolean {
  if (given === undefined || given === null) return true;
  if (typeof given === 'object')
    return Object.values(given).every((value) => isNothing(value as Json, nothing));
  return given === nothing;
}

/** A number is drawn for certain. */
function rangeOf(given: Json): Range {
  if (typeof given === 'number') return [given, given];
  const [low, high] = Array.isArray(given) ? given : [];
  if (typeof low !== 'number' || typeof high !== 'number')
    throw unsupported('Affine', 'translate_percent', 'a number or [low, high]', given);
  return [low, high];
}
