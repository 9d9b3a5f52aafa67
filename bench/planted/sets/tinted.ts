import { inside } from '../fields.js';
import { anyLevel } from '../light.js';
import { developed, lit, plane } from '../picture.js';
import { known, labelled, windows, type PlantedSet } from '../types.js';

const drawn = ['disc', 'cross', 'triangle'] as const;
/** What the tint adds to red, green and blue: as much light as before. */
const tint = [16, -1, -25];

/** What can be seen has nothing to do with the class: the tint of every image, and the frame around it. */
export const tintedFrames: PlantedSet = {
  name: 'tinted-frames',
  summary: 'a small shape in the middle of a thin frame, every image with the same tint',
  classes: drawn.map((shape) => `tinted-${shape}`),
  nearMiss:
    'without its tint, or without its frame, an image is recognised at once and still shows its class',
  truth: {
    ...known('safe', ['HorizontalFlip'], 'shapes and frame are symmetric'),
    ...known('unsafe', ['ToGray'], 'every image has the same tint'),
    ...known('unsafe', windows, 'the frame is cut off'),
    ...known('unsafe', ['RandomSizedCrop'], 'the frame is cut off'),
    ...known('unsafe', ['ShiftScaleRotate'], 'the frame is always parallel to the border'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['ToGray'], 'the class is the shape, whatever its colour'),
    // A window anywhere moves the shape to where it never was: whether a network knows it there is another question.
    ...labelled(
      'keeps',
      ['CenterCrop'],
      'the shape lies whole in the window, and stays where it was',
    ),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside the contrast of the shape'),
  },
  image: (label, rng) => {
    const x0 = 16 + rng.uniform(-0.8, 0.8);
    const y0 = 16 + rng.uniform(-0.8, 0.8);
    const size = rng.uniform(5, 6);
    const values = plane((x, y) => {
      if (Math.min(x, y, 32 - x, 32 - y) < 2) return 0.3;
      return inside(drawn[label], (x - x0) / size, (y - y0) / size) ? 1 : -1;
    }, 3);
    const level = anyLevel(rng);
    const contrast = (rng.bool() ? 1 : -1) * rng.uniform(25, 45);
    return developed(
      lit(values, {
        level: tint.map((t) => level + t),
        contrast: [contrast, contrast, contrast],
      }),
    );
  },
};
