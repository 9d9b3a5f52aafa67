import {
  requireArgument,
  unsupported,
  type AlbumentationsClass,
  type Arguments,
} from '../../definition/albumentations-form.js';
import type { Json } from '../../transform.js';

/** From 1.4 on Albumentations has RandomBrightness and RandomContrast only together; each is the other's 0. */
const name = 'RandomBrightnessContrast';

/** The class with the limits of both. */
export function bothLimits(brightness: Json, contrast: Json): AlbumentationsClass {
  return {
    name,
    args: {
      brightness_limit: brightness,
      contrast_limit: contrast,
      brightness_by_max: true,
    },
  };
}

/**
 * The one of both limits that is not off: brightness where both are.
 *
 * @throws UserError `POLICY` where neither is, or for arguments that ours does not have
 */
export function onlyLimit(args: Arguments): { of: 'brightness' | 'contrast'; limit: Json } {
  requireArgument(name, args, 'brightness_by_max', true);
  requireArgument(name, args, 'ensure_safe_range', false);
  if (isOff(args.contrast_limit)) return { of: 'brightness', limit: args.brightness_limit };
  if (isOff(args.brightness_limit)) return { of: 'contrast', limit: args.contrast_limit };
  throw unsupported(name, 'brightness_limit, contrast_limit', 'one of them must be 0', args);
}

function isOff(limit: Json | undefined): boolean {
  return limit === 0 || (Array.isArray(limit) && limit.every((v) => v === 0));
}
