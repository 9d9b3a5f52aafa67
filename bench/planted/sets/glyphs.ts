import type { Rng } from '../../../src/core/index.js';
import { glyphs as font } from '../../../src/pictures/bitmap-font.js';
import { anyColouredLight } from '../light.js';
import {
  developed,
  lit,
  mirrored,
  plane,
  side,
  type Field,
  type Light,
  type Plane,
} from '../picture.js';
import { flipsAndTurns, known, labelled, light, type PlantedSet } from '../types.js';

const cell = 2.6;

/** A glyph of the font, 13 x 18 pixels, upright, at most two pixels from the middle: 1 on -1. */
export function glyphPlane(letter: string, rng: Rng): Plane {
  const columns = font[letter];
  const left = side / 2 - 2.5 * cell + rng.uniform(-2, 2);
  const top = side / 2 - 3.5 * cell + rng.uniform(-2, 2);
  const field: Field = (x, y) => {
    const bits = columns[Math.floor((x - left) / cell)] ?? 0;
    const row = Math.floor((y - top) / cell);
    return row >= 0 && row < 7 && (bits >> row) & 1 ? 1 : -1;
  };
  return plane(field, 3);
}

/** Dark on bright or bright on dark. */
export function eitherWay(light: Light, rng: Rng): Light {
  const sign = rng.bool() ? 1 : -1;
  return { level: light.level, contrast: light.contrast.map((c) => sign * c) };
}

const letters = ['F', 'G', 'J', 'R', '4', '7'];

/** Upright glyphs none of which looks like another when turned or mirrored. */
export const glyphs: PlantedSet = {
  name: 'glyphs',
  summary: 'upright letters and digits on an even ground, in any light and colour',
  classes: letters.map((l) => `glyph-${l}`),
  truth: {
    ...known('unsafe', flipsAndTurns, 'no glyph is mirrored or turned'),
    ...known('unsafe', ['ShiftScaleRotate'], 'all glyphs are upright and of one size'),
    ...known('safe', light, 'brightness and contrast vary much more'),
    ...known('unsafe', ['RandomSizedCrop'], 'all glyphs are of one size'),
    ...known('unsafe', ['ToGray'], 'every image has a colour'),
    ...known('unsafe', ['CLAHE'], 'the ground is even'),
    ...known('unsafe', ['Blur'], 'all edges are equally sharp'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['ToGray'], 'the glyphs differ in shape, not in colour'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) =>
    developed(lit(glyphPlane(letters[label], rng), eitherWay(anyColouredLight(rng), rng))),
};

const symmetric = ['A', 'H', 'M', 'O', 'T', 'V'];

/** Symmetric letters, and one that is another class when mirrored. */
export const mirrorLetters: PlantedSet = {
  name: 'mirror-letters',
  summary: 'upright symmetric letters, and F beside its mirror image',
  classes: ['F', 'F-mirrored', ...symmetric].map((l) => `letter-${l}`),
  nearMiss: 'mirroring keeps the distribution of the images and swaps two of eight labels',
  truth: {
    HorizontalFlip: {
      truth: 'ambiguous',
      reason: 'keeps all letters but F and its mirror image, which it swaps',
      except: ['letter-F', 'letter-F-mirrored'],
    },
    ...known('unsafe', ['VerticalFlip', 'RandomRotate90', 'Transpose'], 'all letters are upright'),
    ...known('safe', light, 'brightness and contrast vary much more'),
    ...known('unsafe', ['ToGray'], 'every image has a colour'),
    ...known('unsafe', ['Blur'], 'all edges are equally sharp'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['ToGray'], 'the letters differ in shape, not in colour'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const drawn = glyphPlane(label < 2 ? 'F' : symmetric[label - 2], rng);
    const values = label === 1 ? mirrored(drawn) : drawn;
    return developed(lit(values, eitherWay(anyColouredLight(rng), rng)));
  },
};
