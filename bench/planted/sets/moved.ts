import { rings } from '../fields.js';
import { developed, grey, lit, plane, side } from '../picture.js';
import { known, labelled, type PlantedSet } from '../types.js';

/** How much lies inside an edge that is `softness` pixels wide, 0 to 1; `depth` in pixels, positive inside. */
const soft = (depth: number, softness: number): number =>
  1 / (1 + Math.exp((-2 * depth) / softness));

/** Bright shapes on black, whose kinds no affine map exchanges: what is shifted or sheared is one of the set. */
export const softShapes: PlantedSet = {
  name: 'soft-shapes',
  summary:
    'one or two soft ellipses anywhere near the middle of a black image, turned and stretched at random',
  classes: ['one-ellipse', 'two-ellipses'],
  augmentations: [
    ...['Translate', 'VerticalFlip', 'ToGray', 'Solarize', 'AutoContrast', 'Equalize'],
    ...['HueSaturationValue', 'GaussNoise'],
    { name: 'Shear', options: { limit: 6 } },
    { name: 'Perspective', options: { distortionScale: 0.15 } },
    { name: 'GaussianBlur', options: { sigmaLimit: [0.3, 0.8] } },
  ],
  truth: {
    ...known('safe', ['Translate'], 'places vary more, and what comes in is black like the ground'),
    ...known('safe', ['Shear', 'Perspective'], 'ellipses are stretched more, whichever way'),
    ...known('safe', ['GaussianBlur'], 'edges are softer, and vary more'),
    ...known('safe', ['VerticalFlip', 'ToGray'], 'all directions are equally likely, and grey'),
    ...known('unsafe', ['Equalize'], 'the soft ends of the edges come out'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const softness = rng.uniform(1.5, 4);
    const within = (spread: number): number => {
      for (;;) {
        const v = spread * rng.normal();
        if (Math.abs(v) < 2 * spread) return v;
      }
    };
    const [x0, y0] = [16 + within(3.5), 16 + within(3.5)];
    const apart = rng.uniform(5, 7);
    const angle = rng.uniform(0, 2 * Math.PI);
    const ellipses = Array.from({ length: label + 1 }, (_, i) => {
      const way = label === 0 ? 0 : i === 0 ? -1 : 1;
      const turn = rng.uniform(0, Math.PI);
      const stretch = 1.8 ** rng.uniform(-1, 1);
      const radius = rng.uniform(2.2, 3.6);
      return {
        x: x0 + way * apart * Math.cos(angle),
        y: y0 + way * apart * Math.sin(angle),
        cos: Math.cos(turn),
        sin: Math.sin(turn),
        long: radius * stretch,
        short: radius / stretch,
        radius,
      };
    });
    const values = plane((x, y) => {
      let most = 0;
      for (const e of ellipses) {
        const [dx, dy] = [x - e.x, y - e.y];
        const u = (dx * e.cos + dy * e.sin) / e.long;
        const v = (dy * e.cos - dx * e.sin) / e.short;
        most = Math.max(most, soft(e.radius * (1 - Math.hypot(u, v)), softness));
      }
      return most;
    });
    const bright = rng.uniform(120, 230);
    return developed(lit(values, grey(0, bright)));
  },
};

/** The class is whether the bar touches the border, which shifting changes. */
export const flush: PlantedSet = {
  name: 'flush',
  summary: 'a bright bar on black that touches the left border, or stands up to four pixels off it',
  classes: ['bar-flush', 'bar-off'],
  augmentations: [
    ...['Translate', 'Perspective', 'HorizontalFlip', 'VerticalFlip', 'ToGray', 'GaussNoise'],
    ...['HueSaturationValue', 'Shear'],
  ],
  nearMiss: 'a bar moved off the border is one of the set, under the wrong label',
  truth: {
    ...known('unsafe', ['Translate'], 'it moves bars to and off the border'),
    ...known('unsafe', ['Perspective'], 'no bar is slanted'),
    ...known('unsafe', ['HorizontalFlip'], 'no bar stands on the right'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
    ...known('safe', ['VerticalFlip', 'ToGray'], 'up and down are alike, and grey'),
  },
  labels: {
    ...labelled('breaks', ['Translate'], 'it moves bars to and off the border'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const left = label === 0 ? 0 : rng.int(1, 5);
    const right = left + rng.int(6, 14);
    const high = rng.uniform(10, 18);
    const middle = 16 + rng.uniform(-3, 3);
    const values = plane(
      (x, y) => (x >= left && x < right && Math.abs(y - middle) < high / 2 ? 1 : 0),
      3,
    );
    return developed(lit(values, grey(0, rng.uniform(100, 240))));
  },
};

/** Rectangles are painted over in every image. */
export const patched: PlantedSet = {
  name: 'patched',
  summary: 'textures at two scales with any number of black rectangles from 0 to 9',
  classes: ['patched-coarse', 'patched-fine'],
  augmentations: [
    { name: 'RandomErasing', options: { scale: [0.02, 0.05] } },
    ...['ToGray', 'GaussNoise', 'VerticalFlip', 'AutoContrast', 'Solarize', 'Translate', 'Shear'],
  ],
  truth: {
    ...known('safe', ['RandomErasing'], 'one rectangle more is as usual'),
    ...known('safe', ['VerticalFlip', 'ToGray'], 'all directions are equally likely, and grey'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
    ...known('unsafe', ['Shear'], 'rectangles are upright'),
  },
  labels: {
    ...labelled('keeps', ['GaussNoise', 'Translate', 'Shear'], 'scales stay'),
  },
  image: (label, rng) => {
    const k = [2.5, 5][label];
    const image = developed(
      lit(plane(rings(rng, 0.9 * k, 1.1 * k)), grey(rng.uniform(90, 160), rng.uniform(20, 40))),
    );
    for (let left = rng.int(0, 10); left > 0; left--) {
      const area = side * side * rng.uniform(0.02, 0.05);
      const ratio = Math.exp(rng.uniform(Math.log(0.3), Math.log(3.3)));
      const height = Math.round(Math.sqrt(area * ratio));
      const width = Math.round(Math.sqrt(area / ratio));
      const [x, y] = [rng.int(0, side - width + 1), rng.int(0, side - height + 1)];
      for (let row = y; row < y + height; row++)
        image.data.fill(0, (row * side + x) * 3, (row * side + x + width) * 3);
    }
    return image;
  },
};
