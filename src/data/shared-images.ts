import { hashImages } from './content.js';
import type { PixelStore } from './pixel-store.js';

/** Images that two sets have in common, pixel for pixel: how many of the second's are among the first's. */
export interface Shared {
  readonly first: number;
  readonly second: number;
  readonly images: number;
}

/** The pairs of sets, by their places, that have images in common. */
export function sharedImages(stores: readonly PixelStore[]): Shared[] {
  const hashes = stores.map(hashImages);
  const known = hashes.map((own) => new Set(own));
  return hashes.flatMap((own, second) =>
    known.slice(0, second).flatMap((before, first) => {
      const images = own.filter((hash) => before.has(hash)).length;
      return images > 0 ? [{ first, second, images }] : [];
    }),
  );
}
