import type { PlantedSet } from './types.js';
import { anyHue, hueSectors } from './sets/colour-wheel.js';
import { checkedColours, reEncoded, sharpOrSoft } from './sets/detail.js';
import { glyphs, mirrorLetters } from './sets/glyphs.js';
import { horizon } from './sets/horizon.js';
import { arrows, darkOrBright } from './sets/labels.js';
import { evenLevels, fewLevels, flatOrSteep } from './sets/levels.js';
import { fixedLight, variedLight } from './sets/lighting.js';
import { flush, patched, softShapes } from './sets/moved.js';
import { framed, grained, objects } from './sets/objects.js';
import {
  fixedLightPhotos,
  noisyPhotos,
  softPhotos,
  variedLightPhotos,
} from './sets/photo-conditions.js';
import { greyPhotos, turnedPhotos } from './sets/photos.js';
import { noisy, soft } from './sets/sensor.js';
import { textures } from './sets/textures.js';
import { tintedFrames } from './sets/tinted.js';
import { turnedLetters } from './sets/turned-letters.js';

export {
  known,
  labelled,
  flipsAndTurns,
  light,
  windows,
  type Truth,
  type Known,
  type KnownLabel,
  type LabelTruth,
  type TruthTable,
  type PlantedSet,
} from './types.js';
export { labelsOf, truthOf, writePlanted } from './write.js';

/** Data sets that settle the truth of what the wide set has beyond the fifteen. */
export const wideSets: readonly PlantedSet[] = [
  hueSectors,
  anyHue,
  evenLevels,
  fewLevels,
  flatOrSteep,
  softShapes,
  flush,
  patched,
  sharpOrSoft,
  checkedColours,
  reEncoded,
];

/** All planted data sets. */
export const plantedSets: readonly PlantedSet[] = [
  textures,
  glyphs,
  horizon,
  fixedLight,
  variedLight,
  greyPhotos,
  turnedPhotos,
  noisy,
  soft,
  objects,
  framed,
  grained,
  arrows,
  darkOrBright,
  mirrorLetters,
  fixedLightPhotos,
  variedLightPhotos,
  noisyPhotos,
  softPhotos,
  tintedFrames,
  turnedLetters,
  ...wideSets,
];
