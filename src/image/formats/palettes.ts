import { tiffEntries } from './tiff-entries.js';

/** RGB of each index. */
export type Palette = readonly (readonly [number, number, number])[];

/**
 * The palettes of a GIF's first frame, its own before the file's, or of a TIFF's first page; none where it has none or where
 * the file ends before.
 *
 * Sources: GIF89a (CompuServe), 18 to 23; TIFF 6.0, section 5.
 */
export function palettesIn(file: Buffer, format: 'GIF' | 'TIFF'): Palette[] {
  try {
    return format === 'GIF' ? gifPalettes(file) : tiffPalette(file);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

const extension = 0x21;
const imageDescriptor = 0x2c;

function gifPalettes(file: Buffer): Palette[] {
  const palettes: Palette[] = [];
  /** Takes the palette that a byte of flags announces. */
  const take = (flags: number, at: number): number => {
    if ((flags & 0x80) === 0) return at;
    const count = 2 << (flags & 7);
    palettes.unshift(
      Array.from({ length: count }, (_, i) => {
        const from = at + 3 * i;
        return [file.readUInt8(from), file.readUInt8(from + 1), file.readUInt8(from + 2)];
      }),
    );
    return at + 3 * count;
  };
  let at = take(file.readUInt8(10), 13);
  while (file.readUInt8(at) === extension) {
    at += 2;
    for (let size = file.readUInt8(at); size > 0; size = file.readUInt8(at)) at += 1 + size;
    at++;
  }
  if (file.readUInt8(at) === imageDescriptor) take(file.readUInt8(at + 9), at + 10);
  return palettes;
}

const colourMapTag = 320;

/** All reds, then all greens, then all blues, of 16 bits each. */
function tiffPalette(file: Buffer): Palette[] {
  const { entries, read } = tiffEntries(file);
  const map = entries.get(colourMapTag);
  if (map === undefined) return [];
  const count = Math.floor(map.count / 3);
  if (count > 256) return [];
  const value = (i: number): number => read(map.valuesAt + 2 * i, 2) >> 8;
  return [
    Array.from({ length: count }, (_, i) => [value(i), value(count + i), value(2 * count + i)]),
  ];
}
