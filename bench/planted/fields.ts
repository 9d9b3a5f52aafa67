import type { Rng } from '../../src/core/index.js';
import { side, type Field } from './picture.js';

/** Waves summed: enough for a field that looks the same in every direction. */
const waveCount = 24;

/**
 * A random field of mean 0 and variance 1 whose spectrum is a ring: plane waves of random direction
 * and phase. Its distribution is the same everywhere and in every direction.
 *
 * @param low, high length of the wave vectors, in cycles a side
 */
export function rings(rng: Rng, low: number, high: number): Field {
  const waves = Array.from({ length: waveCount }, () => {
    const k = (2 * Math.PI * rng.uniform(low, high)) / side;
    const direction = rng.uniform(0, 2 * Math.PI);
    const phase = rng.uniform(0, 2 * Math.PI);
    return { kx: k * Math.cos(direction), ky: k * Math.sin(direction), phase };
  });
  const scale = Math.sqrt(2 / waveCount);
  return (x, y) => {
    let sum = 0;
    for (const { kx, ky, phase } of waves) sum += Math.cos(kx * x + ky * y + phase);
    return scale * sum;
  };
}

export type Shape = 'disc' | 'square' | 'triangle' | 'cross';
export const shapes: readonly Shape[] = ['disc', 'square', 'triangle', 'cross'];

/** Whether a point lies in a shape of radius 1 about the origin; all have about the disc's area. */
export function inside(shape: Shape, x: number, y: number): boolean {
  switch (shape) {
    case 'disc':
      return x * x + y * y < 1;
    case 'square':
      return Math.max(Math.abs(x), Math.abs(y)) < 0.88;
    case 'triangle':
      return y < 0.75 && y > -1.2 && Math.abs(x) < (y + 1.2) * 0.68;
    case 'cross':
      return Math.max(Math.abs(x), Math.abs(y)) < 1.15 && Math.min(Math.abs(x), Math.abs(y)) < 0.42;
  }
}

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly cos: number;
  readonly sin: number;
  readonly value: number;
}

const leafCount = 500;

/**
 * Dead leaves: shapes of every size (radius r with density r^-3 from `smallest` to 60 pixels), place
 * and direction, one over the other, each of one value in [-1, 1]. The same everywhere, in every
 * direction and, but for the smallest size, at every scale.
 *
 * Source: Lee, Mumford, Huang (2001), Occlusion models for natural images.
 */
export function deadLeaves(rng: Rng, shape: Shape, smallest: number): Field {
  const largest = 60;
  const reach = 1.6;
  const a = smallest ** -2;
  const b = largest ** -2;
  const leaves: Leaf[] = Array.from({ length: leafCount }, () => {
    const radius = rng.uniform(b, a) ** -0.5;
    const angle = rng.uniform(0, 2 * Math.PI);
    const margin = reach * largest;
    return {
      // Large leaves may lie far outside; small ones that do are merely wasted.
      x: rng.uniform(-margin, side + margin),
      y: rng.uniform(-margin, side + margin),
      radius,
      cos: Math.cos(angle),
      sin: Math.sin(angle),
      value: rng.uniform(-1, 1),
    };
  }).filter((l) => Math.max(Math.abs(l.x - 16), Math.abs(l.y - 16)) < 16 + reach * l.radius);
  const ground = rng.uniform(-1, 1);
  return (x, y) => {
    for (const leaf of leaves) {
      const dx = (x - leaf.x) / leaf.radius;
      const dy = (y - leaf.y) / leaf.radius;
      if (Math.abs(dx) > reach || Math.abs(dy) > reach) continue;
      if (inside(shape, leaf.cos * dx + leaf.sin * dy, leaf.cos * dy - leaf.sin * dx))
        return leaf.value;
    }
    return ground;
  };
}
