import { applySteps, applyStepsToMask, drawSteps } from '../../augment/index.js';
import type { Drawn, MaskBorder, Restore } from '../../augment/transform.js';
import { InternalError } from '../../core/index.js';
import { sizeText } from '../../image/index.js';
import type { Image, Mask, Size } from '../../image/image.js';
import { ignoredLabel } from '../masks.js';
import type { Originals } from '../originals.js';
import type { PixelStore } from '../pixel-store.js';
import { putTarget, type LoadedTargets } from '../targets.js';
import { imagesInBatch, labelCount, type EpochPlan } from './plan.js';
import type { Ring } from './ring.js';

/** What batches are made of. */
export interface LoaderSource {
  readonly store: PixelStore;
  readonly targets: LoadedTargets;
  /** Windows are cut from these, at full size. */
  readonly originals?: Originals;
}

/**
 * Makes batch `b` in its slot. Depends on the plan, the pixels and `b` alone, never on who calls it
 * or when, so any thread may.
 */
export async function fillBatch(
  plan: EpochPlan,
  source: LoaderSource,
  ring: Ring,
  b: number,
): Promise<void> {
  const { store, targets, originals } = source;
  const masks = targets.kind === 'mask' ? targets.store : undefined;
  const { recipe, seed, purpose, epoch } = plan;
  const count = imagesInBatch(plan, b);
  const k = labelCount(recipe);
  const slot = ring.writable(b, count, k);
  const restore: Restore = recipe.kind === 'none' ? 'none' : recipe.restore;
  const draw = (index: number, label: number | undefined): Drawn =>
    drawSteps(
      recipe,
      store.size,
      { seed, purpose, epoch, index },
      label,
      // One draw for a batch cannot know the sizes of all its images.
      originals?.sizeOf(shared ? plan.order[b * plan.batch] : index),
    );
  // One draw a batch, from which some classes may leave transforms out.
  const shared = plan.granularity === 'batch' ? new Map<number | undefined, Drawn>() : undefined;
  const alike = recipe.kind !== 'subset' || recipe.except === undefined;
  const drawShared = (label: number | undefined): Drawn => {
    const group = alike ? undefined : label;
    const drawn = shared?.get(group) ?? draw(b, label);
    shared?.set(group, drawn);
    return drawn;
  };
  // Policies made for other libraries fill with black, which is of no class.
  const border: MaskBorder | undefined =
    recipe.kind === 'policy' ? { mode: 'fill', value: ignoredLabel } : undefined;
  let size: Size = store.size;
  let stride = store.stride;

  for (let i = 0; i < count; i++) {
    const index = plan.order[b * plan.batch + i];
    slot.indices[i] = index;
    putTarget(slot.targets, i, targets, index, store.count);
    // Only where an image has one class may a recipe leave transforms out for some.
    const label = targets.kind === 'class' ? targets.classes[index] : undefined;
    const drawn =
      recipe.kind === 'none' ? undefined : shared ? drawShared(label) : draw(index, label);
    if (drawn === undefined || drawn.steps.length === 0) {
      slot.pixels.set(store.view(index), i * stride);
      if (masks) slot.targets.set(masks.view(index), i * masks.stride);
      if (drawn) slot.applied.set(drawn.applied, i * k);
      continue;
    }
    const out = slot.pixels.subarray(i * stride, (i + 1) * stride);
    const { image, mask } = await augmented({ store, masks, originals }, index, drawn, {
      restore,
      border,
      ...(restore === 'none' ? {} : { out }),
    });
    if (i === 0 && restore === 'none' && shared) {
      size = { width: image.width, height: image.height };
      stride = image.data.length;
    }
    if (image.width !== size.width || image.height !== size.height || image.data.length !== stride)
      throw new InternalError(
        `image ${index}: ${sizeText(image)} after augmentation in a batch of ${sizeText(size)}`,
      );
    if (image.data !== out) slot.pixels.set(image.data, i * stride);
    slot.applied.set(drawn.applied, i * k);
    if (mask) slot.targets.set(mask.data, i * size.width * size.height);
  }
  ring.setShape(b, count, size);
}

/** What an image is made of. */
interface ImageSource extends Pick<LoaderSource, 'store' | 'originals'> {
  /** Masks of the same size and order as the images, which move with them. */
  readonly masks?: PixelStore;
}

interface AugmentedOptions {
  readonly restore: Restore;
  /** The label outside masks; default: a reflection, or no label where a transform shows a grey level outside. */
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
  const mask =
    base.mask &&
    applyStepsToMask(base.mask, steps, {
      ...{ restore, size, border },
      painted: ignoredLabel,
    });
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
