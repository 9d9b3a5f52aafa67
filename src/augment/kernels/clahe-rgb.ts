import { clahePlane } from './clahe.js';
import { labToRgb, rgbToLab } from './lab.js';

/** Equalises the lightness of RGB; a and b stay. */
export function claheRgb(
  src: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
  tilesX: number,
  tilesY: number,
  dst: Uint8Array,
): void {
  const n = width * height;
  const planes = new Uint8Array(4 * n);
  const [l, a, b, equalised] = [0, 1, 2, 3].map((k) => planes.subarray(k * n, (k + 1) * n));
  rgbToLab(src, l, a, b);
  clahePlane(l, width, height, clipLimit, tilesX, tilesY, equalised);
  labToRgb(equalised, a, b, dst);
}
