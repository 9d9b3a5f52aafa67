import type { Rng } from '../../src/core/index.js';
import type { Image } from '../../src/image/image.js';

/** What is known by construction. `ambiguous` is reported and counts for nothing. */
export type Truth = 'safe' | 'unsafe' | 'ambiguous';

/** A truth and why it is one. */
export interface Known {
  readonly truth: Truth;
  readonly reason: string;
  /** Classes for which a safe augmentation is unsafe. */
  readonly except?: readonly string[];
}

/** The fifteen transforms; those not named are ambiguous. */
export type TruthTable = Readonly<Record<string, Known>>;

/** A data set in which it is known which augmentations keep the distribution and the labels. */
export interface PlantedSet {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly classes: readonly string[];
  readonly truth: TruthTable;
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

export const flipsAndTurns = ['HorizontalFlip', 'VerticalFlip', 'RandomRotate90', 'Transpose'];
export const light = ['RandomBrightness', 'RandomContrast', 'RandomGamma'];
/** Windows whose place is filled up by mirroring: the content stays at its scale. */
export const windows = ['RandomCrop', 'CenterCrop'];
