import { drawSteps } from '../../augment/index.js';
import type { Drawn, MaskBorder, Restore } from '../../augment/types.js';
import { InternalError } from '../../core/index.js';
import type { Size } from '../../image/types.js';
import { IGNORED } from '../masks.js';
import type { Originals } from '../originals.js';
import type { PixelStore } from '../pixel-store.js';
import { putTarget, type LoadedTargets } from '../targets.js';
import { augmented } from './augmented.js';
import { imagesInBatch, labelCount, type EpochPlan } from './plan.js';
import type { Ring } from './ring.js';

/** What batches are made of. */
export interface Source {
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
  source: Source,
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
    recipe.kind === 'policy' ? { mode: 'fill', value: IGNORED } : undefined;
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
        `image ${index}: ${image.width}x${image.height} after augmentation in a batch of ${size.width}x${size.height}`,
      );
    if (image.data !== out) slot.pixels.set(image.data, i * stride);
    slot.applied.set(drawn.applied, i * k);
    if (mask) slot.targets.set(mask.data, i * size.width * size.height);
  }
  ring.setShape(b, count, size);
}
