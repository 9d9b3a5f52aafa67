import { InternalError, Rng, UserError } from '../core/index.js';
import type { Image, Mask, Size } from '../image/image.js';
import { applyImage, applyMask, fillOf } from './definition/instantiate.js';
import { fuse, lookUp } from './fuse.js';
import { drawPolicy } from './policy/draw.js';
import { createTransform, cutsWindow, definitionOf } from './registry.js';
import { restoreImage, restoreMask, same, targetOf } from './restore.js';
import { scratch } from './scratch.js';
import type {
  Drawn,
  LabelledRecipe,
  MaskBorder,
  Params,
  Recipe,
  Restore,
  Step,
  StreamKey,
  Transform,
} from './transform.js';

const transformsOf = new WeakMap<Recipe, Transform[]>();

/**
 * Draws what a recipe does to one image of `size`: which transforms, in which order, and their
 * parameters.
 *
 * Subset and order come from the stream (seed, purpose, epoch, index), the parameters of each transform
 * from its own stream beside it, so adding a transform to a set leaves the others' draws alone. Sizes
 * are followed through the sequence: a crop after a crop sees the smaller image. Draws that leave the
 * image as it is are neither steps nor counted as applied.
 *
 * @param original size of the image before it is resized to `size`: windows are cut from it, before everything
 *   else (thesis, 5.3.1: crop, then resize); without it everything acts on the image of `size`
 * @param label the image's class, for recipes that leave transforms out for some classes; it changes
 *   nothing else of what is drawn
 * @throws UserError `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`, `CROP_TOO_LARGE`, `RECIPE`.
 */
export function drawSteps(
  recipe: Recipe,
  size: Size,
  key: StreamKey,
  label?: number,
  original?: Size,
): Drawn {
  if (recipe.kind === 'none') return { steps: [], applied: new Uint8Array(0) };
  if (recipe.kind === 'policy')
    return { steps: drawPolicy(recipe.policy, size, key), applied: new Uint8Array(0) };
  const left = recipe.kind === 'subset' && label !== undefined ? recipe.except?.[label] : undefined;
  const transforms = transformsIn(recipe);
  const applied = new Uint8Array(transforms.length);
  const steps: Step[] = [];
  const order = drawOrder(recipe, key);
  const windows = original ? order.filter((k) => cutsWindow(transforms[k].name)) : [];
  let current = original ?? size;
  let onOriginal = 0;
  for (const [i, k] of [...windows, ...order.filter((k) => !windows.includes(k))].entries()) {
    const { name } = transforms[k];
    if (i === windows.length) {
      onOriginal = steps.length;
      current = size;
    }
    if (left?.includes(name)) continue;
    const rng = new Rng(key.seed, key.purpose, key.epoch, key.index, name, occurrence(recipe, k));
    const params = drawParams(transforms[k], rng, current, recipe.kind === 'sequence');
    if (transforms[k].isIdentity(params, current)) continue;
    applied[k] = 1;
    steps.push({ name, params });
    current = definitionOf(name).outputSize(params, current);
  }
  if (windows.length === order.length) onOriginal = windows.length > 0 ? steps.length : 0;
  return onOriginal > 0 ? { steps, applied, onOriginal } : { steps, applied };
}

/** Identity draws in a row after which a sequence takes the transform for one that does nothing. */
const mostRedraws = 32;

/**
 * One draw of a transform's parameters. In a sequence, which is asked for by name, a draw that leaves
 * the image as it is is drawn again: judging compares the image with its augmented twin.
 */
function drawParams(transform: Transform, rng: Rng, size: Size, redraw: boolean): Params {
  let params = transform.sample(rng, size);
  for (let i = 0; redraw && i < mostRedraws && transform.isIdentity(params, size); i++)
    params = transform.sample(rng, size);
  return params;
}

/** Indices of the recipe's transforms that are applied, in the order of application. */
function drawOrder(recipe: LabelledRecipe, key: StreamKey): number[] {
  const count = recipe.transforms.length;
  if (recipe.kind === 'sequence') return Array.from({ length: count }, (_, i) => i);
  const rng = new Rng(key.seed, key.purpose, key.epoch, key.index, 'subset');
  if (recipe.kind === 'joint') {
    const { min, max } = recipe;
    if (!(Number.isInteger(min) && Number.isInteger(max) && 0 <= min && min <= max))
      throw new UserError('RECIPE', 'Invalid sizes for the random subset.', {
        expected: 'integers 0 <= min <= max',
        got: `min ${min}, max ${max}`,
      });
    return rng.sample(count, Math.min(count, rng.int(min, max + 1)));
  }
  const { size, p } = recipe;
  if (!(Number.isInteger(size) && size >= 0 && p >= 0 && p <= 1))
    throw new UserError('RECIPE', 'Invalid random subset.', {
      expected: 'an integer size >= 0 and a probability p from 0 to 1',
      got: `size ${size}, p ${p}`,
    });
  return rng.sample(count, Math.min(count, size)).filter(() => rng.bool(p));
}

/** 0 for the first transform of its name in the recipe, 1 for the second, and so on. */
function occurrence(recipe: LabelledRecipe, k: number): number {
  let n = 0;
  for (let i = 0; i < k; i++) if (recipe.transforms[i].name === recipe.transforms[k].name) n++;
  return n;
}

function transformsIn(recipe: LabelledRecipe): Transform[] {
  let transforms = transformsOf.get(recipe);
  if (transforms === undefined) {
    transforms = recipe.transforms.map(createTransform);
    transformsOf.set(recipe, transforms);
  }
  return transforms;
}

export interface ApplyOptions {
  /** How the result gets back to `size`. */
  readonly restore: Restore;
  /** The network's input size; not needed for `restore: 'none'`. */
  readonly size?: Size;
  /** Takes the result; its own buffer otherwise. At least as long as the result, apart from the input. */
  readonly out?: Uint8Array;
}

/**
 * Applies drawn steps in order and restores the size once, at the end. The result is contiguous, in
 * `out` where that is given; the input stays untouched.
 *
 * @throws UserError `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`, `OUT_BUFFER`.
 */
export function applySteps(image: Image, steps: readonly Step[], options: ApplyOptions): Image {
  const size = sizeFor(image, options);
  let current = image;
  let slot: 0 | 1 = 0;
  for (let i = 0; i < steps.length;) {
    const definition = definitionOf(steps[i].name);
    const { params } = steps[i];
    const fused = fuse(steps, i, current);
    const after = definition.outputSize(params, current);
    i = fused?.next ?? i + 1;
    // The last one writes the result where nothing is left to restore.
    const last = i === steps.length && same(after, targetOf(after, size, options.restore));
    const out = last ? options.out : scratch(slot, after, current.channels);
    current = fused
      ? lookUp(current, fused.tables, out)
      : applyImage(definition, current, params, out);
    if (last) return current;
    slot = slot === 0 ? 1 : 0;
  }
  return restoreImage(current, size, options.restore, options.out);
}

/** What masks show outside. */
export interface MaskOptions extends ApplyOptions {
  /** Outside of everything; default: a reflection. */
  readonly border?: MaskBorder;
  /** The label of what steps paint over, such as black corners, where `border` reflects; default: reflected labels. */
  readonly painted?: number;
}

/** As `applySteps`, for a label mask of the same size as the image. */
export function applyStepsToMask(mask: Mask, steps: readonly Step[], options: MaskOptions): Mask {
  const size = sizeFor(mask, options);
  const border = options.border ?? { mode: 'reflect' };
  let current = mask;
  for (const { name, params } of steps) {
    const definition = definitionOf(name);
    if (definition.mask !== null)
      current = applyMask(definition, current, params, borderOf(params, border, options.painted));
  }
  return restoreMask(current, size, options.restore, fillOf(border), options.out);
}

/** Parameters with a grey level `fill` show it outside the image, where no label is true. */
function borderOf({ fill }: Params, border: MaskBorder, painted?: number): MaskBorder {
  const own = border.mode === 'reflect' && typeof fill === 'number' && painted !== undefined;
  return own ? { mode: 'fill', value: painted } : border;
}

function sizeFor(image: Size, { restore, size }: ApplyOptions): Size {
  if (restore === 'none') return image;
  if (size === undefined) throw new InternalError(`applySteps: restore '${restore}' needs a size`);
  return size;
}
