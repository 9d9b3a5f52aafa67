import { InternalError } from '../core/index.js';
import { resizeImage, resizeMask, type Image, type Mask, type Size } from '../image/index.js';
import { outlined } from './paint.js';

/** Pixels between tiles, in a grey that shows on light and on dark pages. */
export const sheetGap = 2;
const gapGrey = 0x80;

/**
 * Puts equal tiles side by side: `[rows][columns]` of images, `sheetGap` pixels apart.
 *
 * @returns an RGB image, whatever the tiles' channels
 */
export function tileSheet(rows: readonly (readonly Image[])[]): Image {
  const [first] = rows[0] ?? [];
  if (first === undefined) throw new InternalError('tileSheet: no tiles');
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (first.width + sheetGap) - sheetGap;
  const height = rows.length * (first.height + sheetGap) - sheetGap;
  const sheet = blank({ width, height }, gapGrey);
  rows.forEach((row, r) =>
    row.forEach((tile, c) =>
      paste(sheet, tile, c * (first.width + sheetGap), r * (first.height + sheetGap)),
    ),
  );
  return sheet;
}

/** An RGB image of one grey. */
export function blank({ width, height }: Size, grey: number): Image {
  return { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(grey) };
}

/** Copies an image into an RGB image, its top left corner at (x, y); it must fit. */
export function paste(target: Image, image: Image, x: number, y: number): void {
  for (let row = 0; row < image.height; row++) {
    const at = ((y + row) * target.width + x) * 3;
    const from = row * image.width * image.channels;
    if (image.channels === 3)
      target.data.set(image.data.subarray(from, from + image.width * 3), at);
    else
      for (let i = 0; i < image.width; i++)
        target.data.fill(image.data[from + i], at + 3 * i, at + 3 * i + 3);
  }
}

/** The size of a tile: the image's, or smaller with the same shape so that no side exceeds `limit`. */
export function tileSize(size: Size, limit: number): Size {
  const scale = Math.min(1, limit / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** The image at the tile's size. */
export async function asTile(image: Image, size: Size): Promise<Image> {
  if (image.width === size.width && image.height === size.height) return image;
  return resizeImage(image, size);
}

/** The image at the tile's size, with its mask as an outline where it has one. @param colours of the classes, `#rrggbb` */
export async function maskedTile(
  { image, mask }: { readonly image: Image; readonly mask?: Mask },
  size: Size,
  colours: readonly string[],
): Promise<Image> {
  const tile = await asTile(image, size);
  return mask === undefined ? tile : outlined(tile, resizeMask(mask, size), colours);
}
