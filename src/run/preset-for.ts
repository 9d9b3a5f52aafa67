import type { PresetName } from '../config/index.js';
import { UserError } from '../core/index.js';
import { targetKindOf } from '../data/index.js';
import { taskFor } from '../tasks/index.js';

/**
 * The preset for data where nobody names one: that of their task. For
 * `presetFor` of `resolveLearnConfig` and its like.
 *
 * @param data a folder, or KIND:DIR; what is wrong with it is told when it is read
 */
export function presetFor(data: string): PresetName {
  try {
    return taskFor({ targets: { kind: targetKindOf(data) } }).preset;
  } catch (error) {
    if (error instanceof UserError) return 'quick';
    throw error;
  }
}
