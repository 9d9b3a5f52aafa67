import { extname, join } from 'node:path';
import { readStart, UserError } from '../../core/index.js';
import { listFolder, listImagesBelow, splitNames } from '../folders.js';

/** Words in the names of folders that hold masks, and of those that hold the images of masks. */
const maskWords = new Set(
  'mask masks label labels annotation annotations annot gt groundtruth seg segs segmentation segmentations segmentationclass lbl'.split(
    ' ',
  ),
);
const imageWords = new Set(
  'image images img imgs photo photos picture pictures jpegimages'.split(' '),
);
/** What programs add to an image's name for its mask. */
const maskEnding =
  /[_\-. ]*(?:mask|masks|label|labels|annotation|gt|ground_?truth|seg|segmentation|lbl)[_\-]?\d*$/i;
/** Share of the images that must have a mask's twin: some are often missing. */
const mostAre = 0.5;
/** More say nothing new. */
const mostLooked = 2000;

/**
 * Refuses a folder that would be read as classes though it holds images and their masks: the masks would become a class,
 * or images of the class, and a network would tell them apart with ease.
 *
 * @throws UserError `DATA_MASKS_AS_CLASSES`
 */
export function requireNoMasks(root: string): void {
  const top = listFolder(root);
  const parts = top.folders.filter((name) => splitNames[name.toLowerCase()] !== undefined);
  for (const base of [root, ...parts.map((name) => join(root, name))]) {
    const { folders, images } = listFolder(base);
    const pair = maskFolderIn(base, folders);
    if (pair !== undefined)
      throw notClasses(
        base,
        `${pair.masks}/ has masks, by their names, for the images in ${pair.images}/`,
        'rename the two folders to images/ and labels/, and put a classes.txt next to them that names the values of the masks',
      );
    const twins =
      twinsIn(base, images) ??
      folders.map((name) => twinsIn(join(base, name), imagesIn(base, name))).find(Boolean);
    if (twins !== undefined)
      throw notClasses(
        twins.folder,
        `${twins.mask} next to ${twins.image}, and so for most of the images`,
        'move the images to images/ and the masks to labels/, under the same names, with a classes.txt next to them that names the values of the masks',
      );
  }
}

function imagesIn(base: string, folder: string): string[] {
  return listImagesBelow(join(base, folder)).images.slice(0, mostLooked);
}

/** A folder of masks, and one of images with most names in common. */
function maskFolderIn(
  base: string,
  folders: readonly string[],
): { images: string; masks: string } | undefined {
  const words = (name: string): string[] => name.toLowerCase().split(/[^a-z]+/);
  const isMasks = (name: string): boolean =>
    words(name).some((word) => maskWords.has(word)) || /annot$/i.test(name);
  const others = folders.filter((name) => !isMasks(name));
  for (const masks of others.length === 0 ? [] : folders.filter(isMasks)) {
    const files = imagesIn(base, masks);
    if (files.length === 0) continue;
    const stems = new Set(files.flatMap((name) => [stemOf(name), withoutMask(stemOf(name))]));
    for (const images of others) {
      const own = imagesIn(base, images);
      const shared = own.filter((name) => stems.has(stemOf(name))).length;
      // Classes may number their images alike, and one of them may be called mask.
      const looksSo =
        words(images).some((word) => imageWords.has(word)) ||
        isIndexed(join(base, masks, files[0]));
      if (shared > 0 && shared >= mostAre * own.length && looksSo) return { images, masks };
    }
  }
  return undefined;
}

interface Twins {
  readonly folder: string;
  readonly image: string;
  readonly mask: string;
}

/** Image and mask side by side: `a.png` and `a_mask.png`, or `a.jpg` and a grey `a.png`. */
function twinsIn(folder: string, files: readonly string[]): Twins | undefined {
  const firstOf = new Map<string, string>();
  const twins: { image: string; mask: string }[] = [];
  for (const name of files.filter((file) => !isMaskFile(file))) {
    const first = firstOf.get(stemOf(name));
    if (first === undefined) firstOf.set(stemOf(name), name);
    else if (isPng(name) !== isPng(first))
      twins.push(isPng(name) ? { image: first, mask: name } : { image: name, mask: first });
  }
  if (twins.length > 0 && !isIndexed(join(folder, twins[0].mask))) twins.length = 0;
  for (const mask of files.filter(isMaskFile)) {
    const image = firstOf.get(withoutMask(stemOf(mask)));
    if (image !== undefined) twins.push({ image, mask });
  }
  return twins.length > 0 && twins.length >= mostAre * firstOf.size
    ? { folder, ...twins[0] }
    : undefined;
}

const isPng = (name: string): boolean => extname(name).toLowerCase() === '.png';
const isMaskFile = (name: string): boolean => maskEnding.test(stemOf(name));
const stemOf = (name: string): string => name.slice(0, name.length - extname(name).length);
const withoutMask = (stem: string): string => stem.replace(maskEnding, '');

/** Whether a file is a PNG of grey values or of a palette, as masks are. */
export function isIndexed(path: string): boolean {
  let start: Buffer;
  try {
    start = readStart(path, 26);
  } catch {
    return false;
  }
  const colour = start[25];
  return start.toString('latin1', 1, 4) === 'PNG' && (colour === 0 || colour === 3);
}

function notClasses(where: string, got: string, remedy: string): UserError {
  return new UserError('DATA_MASKS_AS_CLASSES', 'These look like images and masks, not classes.', {
    where,
    expected: 'class folders of images, or images/ and labels/ next to a classes.txt',
    got,
    remedy: `${remedy}; if they are classes, use folder:DIR`,
  });
}
