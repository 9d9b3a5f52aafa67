import type { PresetName } from '../config/index.js';
import { UserError } from '../core/index.js';
import { hasMasks } from '../data/index.js';

/**
 * The preset for data where nobody names one: `segmentation` for images with masks, otherwise `quick`. For
 * `presetFor` of `resolveLearnConfig` and its like.
 *
 * @param data a folder, or KIND:DIR; what is wrong with it is told when it is read
 */
export function presetFor(data: string): PresetName {
  try {
    return hasMasks(data) ? 'segmentation' : 'quick';
  } catch (error) {
    if (error instanceof UserError) return 'quick';
    throw error;
  }
}
