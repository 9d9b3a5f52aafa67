import { InternalError } from '../core/index.js';
import type { Size } from '../image/image.js';
import type { PixelStore, PixelStoreHandle } from './pixel-store.js';

/** What is to be learned of the images of a batch. Views into a slot that is reused, as the images are. */
export type BatchTargets =
  /** A class an image: `[B]`, class indices. */
  | { readonly kind: 'class'; readonly classes: Int32Array }
  /** A class a pixel: uint8 `[B,H,W]`, class indices or the ignored label. */
  | { readonly kind: 'mask'; readonly masks: Uint8Array }
  /** Any number of labels an image: uint8 `[B,L]`, 1 where the image has the label, else 0. */
  | { readonly kind: 'labels'; readonly labels: Uint8Array };

export type TargetKind = BatchTargets['kind'];

/** What is to be learned of all images of a data set, in their order. */
export type DatasetTargets =
  /** `[count]` */
  | { readonly kind: 'class'; readonly classes: Int32Array }
  | MaskTargets
  /** `[count,L]` */
  | { readonly kind: 'labels'; readonly labels: Uint8Array };

/** How the pixels of a segmentation data set are labelled. */
export interface SegmentationLabels {
  /** Label of pixels that count for nothing, in masks and metrics. */
  readonly ignored: number;
  /** A colour a class for pictures, `#rrggbb`. */
  readonly colours: readonly string[];
  /** `[classes]`, the value of each class in the user's mask files; in those that are read by colours the place of its colour. */
  readonly values: readonly number[];
  /** The user's mask files show classes by `colours`, not by values. */
  readonly coloured?: boolean;
}

/** The masks of a segmentation data set. */
export interface MaskTargets extends SegmentationLabels {
  readonly kind: 'mask';
  /** Class indices, one channel, of the images' size. */
  readonly store: PixelStore;
  /** `[classes]`, how many pixels of the training images each class has. */
  readonly pixels: Float64Array;
}

/** The same as it travels to a worker thread. */
export type TargetsHandle =
  | { readonly kind: 'class'; readonly classes: Int32Array }
  | { readonly kind: 'mask'; readonly store: PixelStoreHandle }
  | { readonly kind: 'labels'; readonly labels: Uint8Array };

/** The same as a loader uses it. */
export type LoadedTargets =
  | { readonly kind: 'class'; readonly classes: Int32Array }
  | { readonly kind: 'mask'; readonly store: PixelStore }
  | { readonly kind: 'labels'; readonly labels: Uint8Array };

/** Targets of the kind that their user knows. @throws InternalError for another kind */
export function targetsAs<T extends { readonly kind: TargetKind }, K extends TargetKind>(
  targets: T,
  kind: K,
): Extract<T, { readonly kind: K }> {
  if (isKind(targets, kind)) return targets;
  throw new InternalError(`targets of the kind ${targets.kind} where ${kind} is needed`);
}

function isKind<T extends { readonly kind: TargetKind }, K extends TargetKind>(
  targets: T,
  kind: K,
): targets is Extract<T, { readonly kind: K }> {
  return targets.kind === kind;
}

/** Image `i`'s own target as plain JSON: its class, its labels, or 0 where a mask says it. */
export function labelOf(targets: DatasetTargets, i: number, count: number): number | number[] {
  if (targets.kind === 'class') return targets.classes[i];
  return targets.kind === 'mask' ? 0 : [...rowOf(targets.labels, i, count)];
}

/** Kinds of images that shall be represented alike in every part and every choice of images. */
export interface Strata {
  /** `[count]`, index into `names`. */
  readonly of: Int32Array;
  readonly names: readonly string[];
}

/**
 * Images by class; by the rarest of their labels, where they may have several, those without any last; images with
 * masks are one stratum.
 */
export function strataOf(targets: DatasetTargets, classes: readonly string[]): Strata {
  if (targets.kind === 'class') return { of: targets.classes, names: classes };
  if (targets.kind === 'mask')
    return { of: new Int32Array(targets.store.count), names: ['all images'] };
  const { labels } = targets;
  const width = classes.length;
  const having = new Float64Array(width);
  labels.forEach((own, at) => (having[at % width] += own));
  const of = Int32Array.from({ length: labels.length / width }, (_, i) => {
    let rarest = width;
    for (let l = 0; l < width; l++)
      if (labels[i * width + l] === 1 && (rarest === width || having[l] < having[rarest]))
        rarest = l;
    return rarest;
  });
  return { of, names: [...classes, 'none of the labels'] };
}

/** Bytes that an image's target takes. */
export function targetBytes(targets: LoadedTargets, count: number): number {
  if (targets.kind === 'class') return Int32Array.BYTES_PER_ELEMENT;
  return targets.kind === 'mask' ? targets.store.stride : targets.labels.length / count;
}

/** Puts the class or the labels of image `index` in place `i` of a batch; its mask comes with its pixels. */
export function putTarget(
  into: Uint8Array,
  i: number,
  targets: LoadedTargets,
  index: number,
  count: number,
): void {
  if (targets.kind === 'class')
    new Int32Array(into.buffer, into.byteOffset)[i] = targets.classes[index];
  if (targets.kind === 'labels') {
    const row = rowOf(targets.labels, index, count);
    into.set(row, i * row.length);
  }
}

/** The bytes of a batch of `count` images as its targets. @param bytes of which each target takes `each` */
export function viewTargets(
  kind: TargetKind,
  bytes: Uint8Array,
  { count, each, size }: { readonly count: number; readonly each: number; readonly size: Size },
): BatchTargets {
  if (kind === 'class')
    return { kind, classes: new Int32Array(bytes.buffer, bytes.byteOffset, count) };
  if (kind === 'mask') return { kind, masks: bytes.subarray(0, count * size.height * size.width) };
  return { kind, labels: bytes.subarray(0, count * each) };
}

function rowOf(labels: Uint8Array, i: number, count: number): Uint8Array {
  const width = labels.length / count;
  return labels.subarray(i * width, (i + 1) * width);
}
