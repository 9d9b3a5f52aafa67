import type { Rng } from '../../src/core/index.js';
import type { TransformSpec } from '../../src/augment/index.js';
import type { Image } from '../../src/image/image.js';

/** What is known by construction. `ambiguous` is reported and counts for nothing. */
export type Truth = 'safe' | 'unsafe' | 'ambiguous';

/**
 * What is known of the labels, apart from whether anything can be seen: `keeps` where the image still shows its class
 * and no other, `breaks` where it shows another class, or none.
 */
export type LabelTruth = 'keeps' | 'breaks' | 'ambiguous';

/** What becomes of the labels, and why. */
export interface KnownLabel {
  readonly label: 'keeps' | 'breaks';
  readonly reason: string;
}

/** A truth and why it is one. */
export interface Known {
  readonly truth: Truth;
  readonly reason: string;
  /** Classes for which a safe augmentation is unsafe. */
  readonly except?: readonly string[];
}

/** By transform; those not named are ambiguous. */
export type TruthTable = Readonly<Record<string, Known>>;

/** A data set in which it is known which augmentations keep the distribution and the labels. */
export interface PlantedSet {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly classes: readonly string[];
  readonly truth: TruthTable;
  /** What is judged on it; default: the fifteen. Their truth is that of these options. */
  readonly augmentations?: readonly (string | TransformSpec)[];
  /** What becomes of the labels; whatever is safe keeps them, and others that are not named are ambiguous. */
  readonly labels?: Readonly<Record<string, KnownLabel>>;
  /** A near miss: recognisable but harmless, or hard to see but breaking the label. */
  readonly nearMiss?: string;
  /** Image `index` of a class; the stream belongs to it alone. */
  image(label: number, rng: Rng, index: number): Image | Promise<Image>;
}

/** The same truth for several transforms. */
export function known(
  truth: Truth,
  names: readonly string[],
  reason: string,
): Record<string, Known> {
  return Object.fromEntries(names.map((name) => [name, { truth, reason }]));
}

/** The same about the labels, for several transforms. */
export function labelled(
  label: 'keeps' | 'breaks',
  names: readonly string[],
  reason: string,
): Record<string, KnownLabel> {
  return Object.fromEntries(names.map((name) => [name, { label, reason }]));
}

export const flipsAndTurns = ['HorizontalFlip', 'VerticalFlip', 'RandomRotate90', 'Transpose'];
export const light = ['RandomBrightness', 'RandomContrast', 'RandomGamma'];
/** Windows whose place is filled up by mirroring: the content stays at its scale. */
export const windows = ['RandomCrop', 'CenterCrop'];
