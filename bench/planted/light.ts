import type { Rng } from '../../src/core/index.js';
import { grey, type Light } from './picture.js';

/**
 * Level and contrast that vary so widely that a brighter, darker, flatter or steeper image is one of
 * the set: level normal about 128 with deviation 50, contrast log-uniform from 15 to 45.
 *
 * RandomBrightness adds a uniform shift of deviation 29, which turns 50 into 58: the total variation
 * between the two is about 0.07. RandomContrast and RandomGamma move both by less.
 */
export function anyLight(rng: Rng): Light {
  return grey(anyLevel(rng), 15 * 3 ** rng.float());
}

/** As `anyLight` with a colour of its own, as strong as its contrast. */
export function anyColouredLight(rng: Rng): Light {
  const { level, contrast } = anyLight(rng);
  const tint = [rng.normal(), rng.normal(), rng.normal()];
  const mean = (tint[0] + tint[1] + tint[2]) / 3;
  const size = Math.hypot(...tint.map((t) => t - mean));
  return {
    level: level.map((v, c) => v + (24 * (tint[c] - mean)) / size),
    contrast: contrast.map((v) => v),
  };
}

/** Normal about 128 with deviation 50, within 10 and 245. */
export function anyLevel(rng: Rng): number {
  for (;;) {
    const level = 128 + 50 * rng.normal();
    if (level > 10 && level < 245) return level;
  }
}
