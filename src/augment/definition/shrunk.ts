import type { Magnitude, Params } from '../transform.js';
import type { Range } from './option-reader.js';

/** The magnitude of a range, which shrinks towards the value that does nothing, `centre` (default 0). */
export function shrunk<K extends string>(
  options: Params & Record<K, Range>,
  key: K,
  unit: string,
  centre = 0,
): Magnitude {
  const [low, high]: Range = options[key];
  return {
    option: key,
    unit,
    full: Math.max(Math.abs(low - centre), Math.abs(high - centre)),
    at: (f) => ({ ...options, [key]: [centre + (low - centre) * f, centre + (high - centre) * f] }),
  };
}
