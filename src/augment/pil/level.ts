import type { Rng } from '../../core/index.js';
import type { Limit, OptionReader, Range } from '../definition/option-reader.js';
import { shrunk } from '../definition/shrunk.js';
import type { Magnitude } from '../transform.js';

/** How strong an operation is drawn: one of evenly spaced levels, with either sign where it has one. */
export type LevelOptions = {
  /** The weakest and the strongest level, in the operation's own unit. */
  magnitudes: Range;
  /** Number of levels, both ends included. */
  bins: number;
  /** The level that is always taken, from 0; null: any of them, evenly. */
  bin: number | null;
  /** Whether half of the draws are negative. */
  signed: boolean;
};

/** The same as users write it. */
export interface GivenLevel {
  readonly magnitudes?: Limit;
  readonly bins?: number;
  readonly bin?: number | null;
  readonly signed?: boolean;
}

/** Levels of RandAugment and TrivialAugment in torchvision: `num_magnitude_bins`. */
const defaultBins = 31;

/** Reads `magnitudes`, `bins`, `bin` and `signed`. */
export function readLevel(
  reader: OptionReader<GivenLevel>,
  magnitudes: Range,
  signed: boolean,
  limits: { min: number; max: number },
): LevelOptions {
  const bins = reader.number('bins', { min: 2, max: 1000, integer: true }, defaultBins);
  const options = {
    magnitudes: reader.range('magnitudes', limits, magnitudes, () => limits.min),
    bins,
    bin: reader.optional('bin', { min: 0, max: bins - 1, integer: true }),
    signed: reader.boolean('signed', signed),
  };
  return options;
}

/** A drawn level. */
export function drawLevel({ magnitudes, bins, bin, signed }: LevelOptions, rng: Rng): number {
  const level = levelAt(magnitudes, bins, bin ?? rng.int(0, bins));
  return signed && rng.bool() ? -level : level;
}

/** The magnitude of levels that do nothing at 0. */
export function levelMagnitude(options: LevelOptions, unit: string): Magnitude[] {
  const magnitude = shrunk(options, 'magnitudes', unit);
  return magnitude.full > 0 ? [magnitude] : [];
}

/** The levels as arguments of the Python class `Levels`: the weakest, the strongest, how many, whether half are negative. */
export function levelArguments({
  magnitudes: [low, high],
  bins,
  bin,
  signed,
}: LevelOptions): string {
  const [first, last] = bin === null ? [0, bins - 1] : [bin, bin];
  const at = (index: number): number => levelAt([low, high], bins, index);
  const count = bin === null ? bins : 1;
  return `${at(first)}, ${at(last)}, ${count}, ${signed ? 'True' : 'False'}`;
}

/** One of evenly spaced levels in single precision, counted from the nearer end as `torch.linspace`. */
function levelAt([low, high]: Range, bins: number, index: number): number {
  const { fround } = Math;
  const step = fround((fround(high) - fround(low)) / (bins - 1));
  return index < Math.floor(bins / 2)
    ? fround(fround(low) + step * index)
    : fround(fround(high) - step * (bins - 1 - index));
}
