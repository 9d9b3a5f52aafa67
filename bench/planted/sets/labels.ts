import { rings } from '../fields.js';
import { anyLight } from '../light.js';
import { developed, grey, lit, plane } from '../picture.js';
import { flipsAndTurns, known, labelled, type PlantedSet } from '../types.js';

/** Mirroring gives images of the set, under the wrong label. */
export const arrows: PlantedSet = {
  name: 'arrows',
  summary: 'arrows that point to the left or to the right',
  classes: ['arrow-left', 'arrow-right'],
  nearMiss: 'mirroring keeps the distribution of the images and swaps the labels',
  truth: {
    ...known('unsafe', ['HorizontalFlip'], 'it turns one class into the other'),
    ...known('safe', ['VerticalFlip'], 'up and down are alike'),
    ...known('unsafe', ['RandomRotate90', 'Transpose'], 'no arrow points up or down'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
    ...known(
      'safe',
      ['RandomContrast', 'RandomGamma', 'RandomBrightness'],
      'brightness and contrast vary much more',
    ),
  },
  labels: {
    ...labelled('breaks', ['HorizontalFlip'], 'it turns one class into the other'),
    ...labelled(
      'breaks',
      ['RandomRotate90'],
      'half turns swap the classes, and quarter turns of either class look alike',
    ),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const x0 = 16 + rng.uniform(-3, 3);
    const y0 = 16 + rng.uniform(-3, 3);
    const size = rng.uniform(0.8, 1.15);
    const way = label === 0 ? -1 : 1;
    const values = plane((x, y) => {
      const dx = (way * (x - x0)) / size;
      const dy = Math.abs(y - y0) / size;
      const shaft = dx > -11 && dx < 2 && dy < 2.2;
      const head = dx >= 1 && dx < 10 && dy < (10 - dx) * 0.9;
      return shaft || head ? 1 : -1;
    }, 3);
    const light = anyLight(rng);
    const sign = rng.bool() ? 1 : -1;
    return developed(lit(values, grey(light.level[0], sign * light.contrast[0])));
  },
};

/** The class is the brightness: what is drawn of it is as before, under the wrong label. */
export const darkOrBright: PlantedSet = {
  name: 'dark-or-bright',
  summary: 'grey textures of any brightness; the class is whether it is below or above 128',
  classes: ['bright', 'dark'],
  nearMiss: 'changed brightness is hard to recognise and moves images across the class boundary',
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['RandomBrightness'], 'it moves a fifth of the images to the other class'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled(
      'breaks',
      ['RandomBrightness'],
      'it moves a fifth of the images to the other class',
    ),
    ...labelled('keeps', ['GaussNoise', 'Blur'], 'the brightness stays'),
  },
  image: (label, rng) => {
    const contrast = 15 * 3 ** rng.float();
    // Half of a normal distribution about 128 with deviation 50.
    let away = Infinity;
    while (away > 100) away = Math.abs(50 * rng.normal());
    const level = 128 + (label === 0 ? away : -away);
    return developed(lit(plane(rings(rng, 2, 5)), grey(level, contrast)));
  },
};
