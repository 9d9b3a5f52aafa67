import { extname } from 'node:path';
import { readStart, UserError } from '../core/index.js';

export type ImageFormat = 'PNG' | 'JPEG' | 'WebP' | 'TIFF' | 'GIF' | 'AVIF' | 'BMP' | 'PNM';

/** What is read, in words. */
export const readFormats = 'PNG, JPEG, WebP, TIFF, GIF, AVIF, BMP or PPM/PGM';

/** Endings of files that count as images (lower case). */
const imageExtensions: readonly string[] = [
  ...['.png', '.webp', '.tif', '.tiff', '.gif', '.avif'],
  ...['.jpg', '.jpeg', '.jpe', '.jfif', '.jif'],
  ...['.bmp', '.dib', '.ppm', '.pgm', '.pnm'],
];

/** Whether a file's name promises an image; of one without an ending the first bytes decide. */
export function looksLikeImage(path: string): boolean {
  const ending = extname(path).toLowerCase();
  return ending === '' ? formatOf(startOf(path)) !== undefined : imageExtensions.includes(ending);
}

/** What an image that cannot be read is called, by its name, or without an ending by its first bytes. */
export function unreadImageFormat(path: string): string | undefined {
  const ending = extname(path).toLowerCase();
  return ending === '' ? unreadFormatOf(startOf(path)) : unreadEndings.get(ending);
}

/**
 * The format by the file's first bytes; its name is not asked, as many JPEGs are called .png. Raw files of cameras alone go
 * by their names: most are TIFFs by their bytes, whose first image is a thumbnail.
 *
 * @throws UserError `IMAGE_EMPTY`, `IMAGE_UNKNOWN`
 */
export function recogniseFormat(bytes: Uint8Array, where: string): ImageFormat {
  if (bytes.length === 0)
    throw new UserError('IMAGE_EMPTY', 'The image file is empty.', {
      where,
      expected: `a ${readFormats} image`,
      got: '0 bytes',
      remedy: 'download the file again, remove it, or use --on-bad-file skip',
    });
  const format = formatOf(bytes);
  const named = unreadEndings.get(extname(where).toLowerCase());
  const isRaw = format === 'TIFF' && named === cameraRaw;
  if (format !== undefined && !isRaw) return format;
  const unread = isRaw ? named : unreadFormatOf(bytes);
  if (unread !== undefined)
    throw new UserError('IMAGE_UNKNOWN', 'The image has a format that is not read.', {
      where,
      expected: `a ${readFormats} image`,
      got: unread,
      remedy: `${convertRemedy}, remove it, or use --on-bad-file skip`,
    });
  throw new UserError('IMAGE_UNKNOWN', 'The file is not an image of a known format.', {
    where,
    expected: `a ${readFormats} image`,
    got: describeStart(bytes),
    remedy: 'convert it to PNG, remove it, or use --on-bad-file skip',
  });
}

/** Sources: the specifications of the formats, each in its part on the header or the file's signature. */
function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, 0, '\x89PNG')) return 'PNG';
  if (startsWith(bytes, 0, '\xff\xd8\xff')) return 'JPEG';
  if (startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP')) return 'WebP';
  if (startsWith(bytes, 0, 'GIF87a') || startsWith(bytes, 0, 'GIF89a')) return 'GIF';
  // 42 for a classic TIFF, 43 for a BigTIFF; a raw file of Canon says so behind.
  const isTiff = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((start) => startsWith(bytes, 0, start));
  if (isTiff) return startsWith(bytes, 8, 'CR') ? undefined : 'TIFF';
  if (brandsOf(bytes).some((brand) => brand === 'avif' || brand === 'avis')) return 'AVIF';
  // Texts may begin with these letters: the size of the second header must be one that exists.
  if (startsWith(bytes, 0, 'BM') && bmpHeaderSizes.includes(bytes[14]) && bytes[15] === 0)
    return 'BMP';
  if (/^P[2356][\s#]/.test(String.fromCharCode(...bytes.subarray(0, 3)))) return 'PNM';
  return undefined;
}

/** What the converters of most systems do for one format or another. */
export const convertRemedy =
  'convert to PNG or JPEG, such as with: magick mogrify -format png FILE';
const cameraRaw = 'camera raw';

const unreadEndings = new Map<string, string>([
  ...pairsOf('HEIC', ['.heic', '.heif', '.hif']),
  ...pairsOf('JPEG XL', ['.jxl']),
  ...pairsOf('JPEG 2000', ['.jp2', '.j2k', '.jpf', '.jpx']),
  ...pairsOf('DICOM', ['.dcm', '.dicom']),
  ...pairsOf('NIfTI', ['.nii']),
  ...pairsOf('Photoshop', ['.psd']),
  ...pairsOf('OpenEXR', ['.exr']),
  ...pairsOf('Radiance HDR', ['.hdr']),
  ...pairsOf('TGA', ['.tga']),
  ...pairsOf('PBM', ['.pbm']),
  ...pairsOf('PAM', ['.pam']),
  ...pairsOf('SVG', ['.svg']),
  ...pairsOf(cameraRaw, ['.dng', '.cr2', '.cr3', '.nef', '.arw', '.orf', '.raf', '.rw2', '.pef']),
]);

function pairsOf(format: string, endings: readonly string[]): [string, string][] {
  return endings.map((ending) => [ending, format]);
}

/** First bytes of images that are not read: format, place, signature. */
const unreadStarts: readonly (readonly [string, number, string])[] = [
  ['JPEG XL', 0, '\xff\x0a'],
  ['JPEG XL', 0, '\0\0\0\x0cJXL '],
  ['JPEG 2000', 0, '\0\0\0\x0cjP  '],
  ['JPEG 2000', 0, '\xff\x4f\xff\x51'],
  ['DICOM', 128, 'DICM'],
  ['Photoshop', 0, '8BPS'],
  ['OpenEXR', 0, '\x76\x2f\x31\x01'],
  ['Radiance HDR', 0, '#?RADIANCE'],
  ['PBM', 0, 'P1\n'],
  ['PBM', 0, 'P4\n'],
  ['PAM', 0, 'P7\n'],
  ['SVG', 0, '<svg'],
  [cameraRaw, 8, 'CR\x02'],
  [cameraRaw, 0, 'FUJIFILMCCD-RAW'],
];

function unreadFormatOf(bytes: Uint8Array): string | undefined {
  const found = unreadStarts.find(([, at, signature]) => startsWith(bytes, at, signature));
  if (found !== undefined) return found[0];
  const brands = brandsOf(bytes);
  if (brands.includes('crx ')) return cameraRaw;
  return brands.some((brand) => heicBrands.includes(brand)) ? 'HEIC' : undefined;
}

const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
/** Sizes of the header behind a BMP's first 14 bytes: OS/2's, and Windows' since 3.0. */
const bmpHeaderSizes: readonly number[] = [12, 40, 52, 56, 64, 108, 124];
/** Bytes that tell a format. */
const startBytes = 160;

/** The brands in the first box of a file of the family of MPEG-4 (ISO/IEC 14496-12, 4.3); none of another. */
function brandsOf(bytes: Uint8Array): string[] {
  if (!startsWith(bytes, 4, 'ftyp')) return [];
  const end = Math.min(bytes.length, startBytes, 256 * bytes[2] + bytes[3]);
  const brands: string[] = [];
  // Behind the first brand stands its version.
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4)
    brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)));
  return brands;
}

function startOf(path: string): Uint8Array {
  try {
    return readStart(path, startBytes);
  } catch {
    // What cannot be read is no image.
    return new Uint8Array(0);
  }
}

function startsWith(bytes: Uint8Array, offset: number, signature: string): boolean {
  for (let i = 0; i < signature.length; i++)
    if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
  return true;
}

function describeStart(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 8)];
  const text = start.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
  return `${bytes.length} byte${bytes.length === 1 ? '' : 's'} that start with "${text}"`;
}
