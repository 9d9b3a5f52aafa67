import { baselineNames } from '../augment/index.js';
import { modelNames } from '../models/index.js';
import { presets } from './presets.js';
import { policyNames } from './train-settings.js';

/** Names that settings take beside files and numbers, by option of the command line: for its completions. */
export const knownNames: Readonly<Record<string, readonly string[]>> = {
  '--policy': [...policyNames, ...baselineNames],
  '--preset': Object.keys(presets),
  '--model': modelNames,
  '--device': ['auto', 'cpu', 'cuda', 'mps'],
  '--precision': ['auto', 'float32', 'bfloat16'],
};
