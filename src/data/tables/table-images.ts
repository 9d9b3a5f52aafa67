import { extname, join } from 'node:path';
import { isIndexed } from '../readers/mask-layouts.js';

/** What a cell leads to: one image, none, or several that it may mean. */
export type Found =
  { readonly image: string } | { readonly several: readonly string[] } | undefined;

/** The images below a folder, found by what tables call them: with or without ending, in subfolders, `7` for `007.png`. */
export class TableImages {
  private readonly byName = new Map<string, string[]>();
  private readonly byStem = new Map<string, string[]>();
  private readonly byNumber = new Map<string, string[]>();

  /** @param images paths relative to `root`, with forward slashes */
  constructor(
    private readonly root: string,
    images: readonly string[],
  ) {
    for (const image of images) {
      for (const path of endsOf(image)) {
        note(this.byName, path, image);
        note(this.byStem, stemOf(path), image);
      }
      const number = numberOf(stemOf(image.slice(image.lastIndexOf('/') + 1)));
      if (number !== undefined) note(this.byNumber, number, image);
    }
  }

  /** The image that a cell names: by its path from `root` or from any folder above or below it. */
  find(cell: string): Found {
    const path = cell.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '');
    for (const end of endsOf(path)) {
      // Below the folder that the table counts from, only a whole path will do.
      const isWhole = end === path;
      const fits = (images: readonly string[] | undefined, full: (image: string) => string) => {
        const exact = images?.filter((image) => full(image) === end) ?? [];
        return exact.length > 0 || !isWhole ? exact : (images ?? []);
      };
      const named = fits(this.byName.get(end), (image) => image);
      const found = named.length > 0 ? named : fits(this.byStem.get(end), stemOf);
      if (found.length > 0) return this.chosen(found);
    }
    const number = numberOf(path);
    const numbered = number === undefined ? undefined : this.byNumber.get(number);
    return numbered && this.chosen(numbered);
  }

  /** Of a photograph and its mask under one name, the photograph. */
  private chosen(images: readonly string[]): Found {
    if (images.length === 1) return { image: images[0] };
    const coloured = images.filter((image) => !isIndexed(join(this.root, image)));
    const areTwins = new Set(images.map(stemOf)).size === 1;
    return areTwins && coloured.length === 1 ? { image: coloured[0] } : { several: images };
  }
}

/** Path without the ending of its last part. */
export function stemOf(path: string): string {
  return path.slice(0, path.length - extname(path).length);
}

/** A path, and what is left of it below each of its folders. */
function endsOf(path: string): string[] {
  const ends = [path];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    ends.push(path.slice(at + 1));
  return ends;
}

/** Without leading zeros; undefined where it is no whole number. */
function numberOf(text: string): string | undefined {
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : undefined;
}

function note(map: Map<string, string[]>, key: string, image: string): void {
  const images = map.get(key);
  if (images === undefined) map.set(key, [image]);
  else images.push(image);
}
