import type { Rng } from '../core/index.js';
import type { Trunk, TwoHeaded } from './two-headed.js';

/** The first layers: `imagenet` lowers the resolution at once, `small` keeps it. */
export type Stem = 'imagenet' | 'small';

/** What a trunk is built with. */
export interface TrunkShape {
  readonly stem: Stem;
  /** Of the images: 3 for RGB, 1 for grey. */
  readonly channels: number;
  /** The setting `width`; a network may ignore it. */
  readonly width: number;
}

/** Sizes of the two heads. */
export interface HeadSizes {
  readonly classes: number;
  /** Size of the recognition head; 0: none. */
  readonly labels: number;
}

/** A trunk as the base of a Feature Pyramid Network. */
export interface PyramidBase {
  readonly trunk: Trunk;
  /** What the names of the trunk's parameters start with; `''` leaves them as they are. */
  readonly trunkName: string;
  /** Channels of the pyramid (Lin et al., 2017: 256), of the segmentation head, and its norm's groups. */
  readonly pyramid: number;
  readonly head: number;
  readonly groups: number;
}

/** How a network's published weights were trained. */
export interface Pretraining {
  /** What its input was normalised with, of values in [0, 1]; a value a channel of RGB. */
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Weights that come with the package: a file in `weights/`; null: none. */
  readonly shipped: string | null;
}

/** Everything that the rest of the program knows of a network. */
export interface Network<Name extends string = string> {
  /** How settings call it. */
  readonly name: Name;
  /** For the page of settings: a sentence on the network, and what it makes of `stem` and `width`; null: ignored. */
  readonly about: string;
  readonly settings: { readonly stem: string | null; readonly width: string | null };
  /** Up to this side in pixels, `stem: auto` means `small`; null: it has one stem. */
  readonly smallUpTo: number | null;
  /** Null: its input is normalised by figures of the data, whatever weights it starts from. */
  readonly pretraining: Pretraining | null;
  /** The network for a class an image. Weights depend on `rng` alone. */
  classifier(rng: Rng, shape: TrunkShape, heads: HeadSizes): TwoHeaded;
  /** The trunk under a Feature Pyramid Network, for a class a pixel. */
  base(rng: Rng, shape: TrunkShape): PyramidBase;
}
