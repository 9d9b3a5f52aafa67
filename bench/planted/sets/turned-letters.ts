import { anyColouredLight } from '../light.js';
import { developed, lit, mirrored, transposed, type Plane } from '../picture.js';
import { flipsAndTurns, known, labelled, light, type PlantedSet } from '../types.js';
import { eitherWay, glyphPlane } from './glyphs.js';

/** The class is the direction: a turned or mirrored image is one of the set, under the wrong label. */
export const turnedLetters: PlantedSet = {
  name: 'turned-letters',
  summary: 'the letter T in four directions, in any light and colour; the class is where up is',
  classes: ['up', 'left', 'down', 'right'].map((way) => `towards-${way}`),
  nearMiss: 'turns and flips keep the distribution of the images and swap the labels',
  truth: {
    ...known('unsafe', flipsAndTurns, 'it turns some classes into others'),
    ...known('unsafe', ['ShiftScaleRotate'], 'all letters are parallel to the border'),
    ...known('safe', light, 'brightness and contrast vary much more'),
    ...known('unsafe', ['RandomSizedCrop'], 'all letters are of one size'),
    ...known('unsafe', ['ToGray'], 'every image has a colour'),
    ...known('unsafe', ['Blur'], 'all edges are equally sharp'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('breaks', ['HorizontalFlip'], 'left and right change places'),
    ...labelled('breaks', ['VerticalFlip'], 'up and down change places'),
    ...labelled('breaks', ['RandomRotate90'], 'every direction becomes another'),
    ...labelled('breaks', ['Transpose'], 'up and left change places, and so do down and right'),
    ...labelled('keeps', ['ToGray'], 'the class is a direction, not a colour'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside the contrast of the letters'),
  },
  // T is its own mirror image.
  image: (label, rng) =>
    developed(lit(turned(glyphPlane('T', rng), label), eitherWay(anyColouredLight(rng), rng))),
};

/** Turned counter-clockwise by so many quarters. */
function turned(values: Plane, quarters: number): Plane {
  let out = values;
  // Mirrored, then rows and columns swapped: a quarter turn counter-clockwise.
  for (let q = 0; q < quarters; q++) out = transposed(mirrored(out));
  return out;
}
