import { Rng } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import { imageFigures } from '../../tensor/index.js';
import type { Margins } from '../views.js';

/**
 * Differences too small to matter, as standard deviations of noise that is added to every figure. Without it
 * traces of rounding and of mirrored borders, which no eye sees, are recognised (docs/decisions/031-looks.md).
 * levels: grey levels of 0 to 255; logarithm: natural, of grey levels squared.
 */
const noticeable = { levels: 3, logarithm: 0.25 };

type Unit = keyof typeof noticeable;

const scales = 3;
/** Cells of the thumbnail. */
const cells = 16;

/**
 * Figures of images that a small network learns late, such as the strength of their noise or of their colours. The same
 * image always gives the same figures.
 *
 * Costs about half a millisecond of a core for 160 x 160 pixels of three channels.
 *
 * @param images uint8 `[N, height, width, channels]`, 1 or 3 channels
 * @param inside where given, only what lies inside them is read
 * @returns `[N][F]`, F = 38 for one channel, 44 for three
 */
export function imageStatistics(
  images: Uint8Array,
  { width, height }: Size,
  channels: number,
  inside?: Margins,
): Float64Array[] {
  const count = images.length / (height * width * channels);
  const units = unitsOf(channels);
  return imageFigures(images, [count, height, width, channels], inside).map(([key, ...figures]) => {
    const rng = new Rng('statistics', key);
    return Float64Array.from(figures, (value, i) => value + noticeable[units[i]] * rng.normal());
  });
}

/** What each figure is measured in, `[F]`. */
function unitsOf(channels: number): Unit[] {
  const logarithms = (count: number): Unit[] => new Array<Unit>(count).fill('logarithm');
  const thumbnail = new Array<Unit>(cells).fill('levels');
  // Mean and log variance. How many pixels are black or white is left out: a photograph that is darkened a little no longer
  // reaches white, which is a trace but no harm.
  const levels: Unit[] = ['levels', 'logarithm'];
  // At each scale energy, curvature, curvature of the typical pixel, direction and two kinds of sharpness.
  const differences = logarithms(6 * scales);
  const falls = logarithms(scales - 1);
  // Of two colour differences mean, mean size and energy.
  const colour: Unit[] = ['levels', ...logarithms(2)];
  const colours = channels === 3 ? [...colour, ...colour] : [];
  return [...levels, ...differences, ...falls, ...colours, ...thumbnail];
}
