import type { EvidenceRow, Opponent } from './evidence-row.js';
import type { PolicyForm } from './policy-parts.js';

/** What a training is compared by with those that were measured. */
export interface TrainingFacts {
  /** That are trained on. */
  readonly images: number;
  readonly classes: number;
  /** Of the images in the network, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Whether the network starts from weights. */
  readonly pretrained: boolean;
  /** In all epochs together. */
  readonly imagesSeen: number;
}

/** A row that is like the user's training, and how unlike it is. */
export interface SimilarRow {
  readonly row: EvidenceRow;
  /** 0: alike in all that counts. */
  readonly distance: number;
}

/** Rows further away say nothing (docs/decisions/086-expected-gain.md). */
export const farthest = 1;

/**
 * How unlike a training is one that was measured: each of these counts 1: ten times as many images, ten times as many classes, four
 * times the side, ten times as many images seen. Together
 * |log10 images| + |log10 classes| + |log2 longer side| / 2 + |log10 images seen|, of the ratios.
 *
 * A rule of thumb, not fitted to anything. @returns at least 0
 */
export function distanceBetween(row: TrainingFacts, own: TrainingFacts): number {
  const side = ({ height, width }: TrainingFacts): number => Math.max(height, width);
  return (
    Math.abs(Math.log10(row.images / own.images)) +
    Math.abs(Math.log10(row.classes / own.classes)) +
    Math.abs(Math.log2(side(row) / side(own))) / 2 +
    Math.abs(Math.log10(row.imagesSeen / own.imagesSeen))
  );
}

/**
 * The rows that a training may be expected to be like, the nearest first. Whether the network starts from weights, and whether the
 * policy flips and crops, must be the same. Of rows of one data set the nearest counts: they are no independent evidence.
 *
 * @param most distance up to which a row counts. Default `farthest`
 */
export function similarRows(
  table: readonly EvidenceRow[],
  own: TrainingFacts,
  { flips, crops, over }: PolicyForm & { readonly over: Opponent },
  most = farthest,
): SimilarRow[] {
  const near = table
    .filter((row) => row.pretrained === own.pretrained)
    .filter((row) => row.flips === flips && row.crops === crops)
    .filter((row) => row.gains[over] !== null)
    .map((row): SimilarRow => ({ row, distance: distanceBetween(row, own) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return near.filter(
    ({ row }, i) => near.findIndex(({ row: other }) => other.data === row.data) === i,
  );
}
