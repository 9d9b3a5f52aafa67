import { applySteps, applyStepsToMask } from '../../augment/index.js';
import type { Drawn, MaskBorder, Restore } from '../../augment/types.js';
import { InternalError } from '../../core/index.js';
import type { Image, Mask } from '../../image/types.js';
import type { Originals } from '../originals.js';
import type { PixelStore } from '../pixel-store.js';

/** What an image is made of. */
export interface ImageSource {
  readonly store: PixelStore;
  /** Masks of the same size and order as the images, which move with them. */
  readonly masks?: PixelStore;
  /** Windows are cut from these, at full size. */
  readonly originals?: Originals;
}

export interface AugmentedOptions {
  readonly restore: Restore;
  /** The label outside masks; default: a reflection, as our own transforms reflect the image. */
  readonly border?: MaskBorder;
  /** Takes the image's pixels where they are restored to the store's size. */
  readonly out?: Uint8Array;
}

/** Image `index` and its mask after the steps drawn, windows cut from the original where there are any. */
export async function augmented(
  source: ImageSource,
  index: number,
  drawn: Drawn,
  { restore, border, out }: AugmentedOptions,
): Promise<{ image: Image; mask?: Mask }> {
  const { size } = source.store;
  const cut = drawn.onOriginal ?? 0;
  const base = cut > 0 ? await windowOf(source, index, drawn, cut) : stored(source, index);
  const steps = drawn.steps.slice(cut);
  const image = applySteps(base.image, steps, { restore, size, out });
  const mask = base.mask && applyStepsToMask(base.mask, steps, { restore, size, border });
  return { image, mask };
}

function stored({ store, masks }: ImageSource, index: number): { image: Image; mask?: Mask } {
  const image = store.image(index);
  return { image, mask: masks && { ...store.size, data: masks.view(index) } };
}

/** The window of the full image, resized to the store's size. */
async function windowOf(
  { store, masks, originals }: ImageSource,
  index: number,
  drawn: Drawn,
  cut: number,
): Promise<{ image: Image; mask?: Mask }> {
  if (!originals)
    throw new InternalError('a window is to be cut from an original that is not there');
  const steps = drawn.steps.slice(0, cut);
  const resized = { restore: 'resize', size: store.size } as const;
  const [image, mask] = await Promise.all([originals.image(index), masks && originals.mask(index)]);
  return {
    image: applySteps(image, steps, resized),
    mask: mask && applyStepsToMask(mask, steps, resized),
  };
}
