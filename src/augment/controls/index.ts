import type { Definition } from '../definition/definition.js';
import { controlGreyLevel } from './grey-level.js';
import { controlHeavyNoise } from './heavy-noise.js';
import { controlInvert } from './invert.js';
import { controlJpeg } from './jpeg.js';
import { controlNothingA, controlNothingB } from './nothing.js';
import { controlPosterize } from './posterize.js';
import { controlResample } from './resample.js';
import { controlShuffle } from './shuffle.js';
import { controlShift1 } from './shift1.js';

/** What a control is for: it shows what nothing, next to nothing, and plenty look like to the network. */
export type ControlKind = 'negative' | 'harmless' | 'positive';

/**
 * The controls by kind. They measure the measurement and augment nothing, so none has magnitudes or a counterpart
 * elsewhere.
 */
export const controlDefinitions = {
  negative: [controlNothingA, controlNothingB],
  harmless: [controlShift1, controlResample, controlJpeg, controlGreyLevel],
  positive: [controlInvert, controlHeavyNoise, controlPosterize, controlShuffle],
} as const satisfies Record<ControlKind, readonly Definition[]>;

/**
 * Controls that do what an augmentation does, by the name of that augmentation. Where it is judged, its control is left out:
 * what is to be measured must not be the yardstick.
 */
export const controlTwins: Readonly<Record<string, string>> = { ImageCompression: 'ControlJpeg' };
