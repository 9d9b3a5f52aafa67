import { hueTable, referenceShiftHsv } from '../../../src/augment/transforms/wide/hsv.js';
import type { Rng } from '../../../src/core/index.js';
import type { Image } from '../../../src/image/image.js';
import { rings } from '../fields.js';
import { developed, grey, lit, plane, type Plane } from '../picture.js';
import { known, labelled, type PlantedSet } from '../types.js';

/** Hue in half degrees, saturation of 255; the value is what is drawn. */
interface Colour {
  readonly hue: number;
  readonly saturation: number;
}

/** A picture whose pixels all have one hue and saturation, as whole numbers of HSV; `values` about -1 to 1. */
function coloured(values: Plane, { hue, saturation }: Colour, rng: Rng): Image {
  const level = rng.uniform(100, 180);
  const { data, ...size } = developed(lit(values, grey(level, 15 * 3 ** rng.float())));
  // Red of that saturation first: grey pixels have no hue that could be turned.
  const red = data.map((v, i) => (i % 3 === 0 ? v : Math.round(v * (1 - saturation / 255))));
  const same = Uint8Array.from({ length: 256 }, (_, v) => v);
  const turned = new Uint8Array(red.length);
  referenceShiftHsv(red, hueTable(Math.round(hue)), same, same, turned);
  return { ...size, data: turned };
}

const sectors = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'];
/** Half degrees of a sector. */
const sectorWidth = 180 / sectors.length;

/** The class is the hue, anywhere on the circle: what turns it gives images of the set, under another label. */
export const hueSectors: PlantedSet = {
  name: 'hue-sectors',
  summary:
    'textures of any scale in one colour; the class is the sixth of the circle that its hue lies in',
  classes: sectors.map((name) => `hue-${name}`),
  augmentations: [
    ...['HueSaturationValue', 'Solarize', 'Equalize', 'AutoContrast', 'Translate', 'Shear'],
    ...['Perspective', 'RandomErasing', 'VerticalFlip', 'ToGray'],
    { name: 'RandomResizedCrop', options: { scale: [0.5, 1], ratio: [0.9, 1.1] } },
  ],
  nearMiss: 'a turned hue is one of the set, and mostly that of another class',
  truth: {
    ...known('unsafe', ['HueSaturationValue'], 'it moves a third of the images to another class'),
    ...known('unsafe', ['Solarize'], 'half an image has the opposite hue'),
    ...known('unsafe', ['Equalize', 'AutoContrast', 'ToGray'], 'every image has one colour'),
    ...known('unsafe', ['Translate', 'Shear', 'Perspective', 'RandomErasing'], 'nothing is black'),
    ...known('safe', ['VerticalFlip'], 'all directions are equally likely'),
    ...known('safe', ['RandomResizedCrop'], 'textures are of any scale, and blurred by none of it'),
  },
  labels: {
    ...labelled(
      'breaks',
      ['HueSaturationValue'],
      'it moves a third of the images to another class',
    ),
    ...labelled('breaks', ['ToGray', 'Equalize', 'AutoContrast'], 'the hue is gone'),
    ...labelled(
      'keeps',
      ['Translate', 'Shear', 'Perspective', 'RandomErasing'],
      'what is not painted over has its hue',
    ),
  },
  image: (label, rng) => {
    const cycles = 0.8 * 8 ** rng.float();
    const colour = {
      // Red lies about 0, the middle of its sector.
      hue: (180 + sectorWidth * (label - 0.5 + rng.float())) % 180,
      saturation: rng.uniform(90, 200),
    };
    return coloured(plane(rings(rng, 0.96 * cycles, 1.04 * cycles)), colour, rng);
  },
};

/** Any hue, and the class is how fine the texture is, without a gap between the classes. */
export const anyHue: PlantedSet = {
  name: 'any-hue',
  summary:
    'textures in one colour of any hue, from 2 to 8 cycles a side; the class is whether there are fewer or more than 4',
  classes: ['any-hue-coarse', 'any-hue-fine'],
  augmentations: [
    ...['HueSaturationValue', 'RandomResizedCrop', 'GaussianBlur', 'Posterize', 'Solarize'],
    ...['Translate', 'RandomErasing', 'Perspective', 'ToGray', 'VerticalFlip'],
  ],
  nearMiss: 'enlarged, most fine textures are as coarse as others of the set',
  truth: {
    ...known('safe', ['HueSaturationValue'], 'hue, saturation and value vary much more'),
    ...known('safe', ['VerticalFlip'], 'all directions are equally likely'),
    ...known('unsafe', ['RandomResizedCrop'], 'it makes coarse textures of fine ones'),
    ...known('unsafe', ['Solarize', 'ToGray', 'Posterize'], 'every image has one colour'),
    ...known('unsafe', ['Translate', 'RandomErasing', 'Perspective'], 'nothing is black'),
    ...known('unsafe', ['GaussianBlur'], 'it leaves nothing of fine textures'),
  },
  labels: {
    ...labelled('breaks', ['RandomResizedCrop'], 'it makes coarse textures of fine ones'),
    ...labelled(
      'keeps',
      ['Translate', 'RandomErasing', 'ToGray'],
      'the rest of the texture is as fine as it was',
    ),
  },
  image: (label, rng) => {
    const cycles = 2 * 2 ** (label + rng.float());
    const colour = { hue: rng.int(0, 180), saturation: rng.uniform(20, 235) };
    return coloured(plane(rings(rng, 0.96 * cycles, 1.04 * cycles)), colour, rng);
  },
};
