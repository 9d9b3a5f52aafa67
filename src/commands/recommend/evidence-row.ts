import type { Interval } from '../../run/files/index.js';

/** What a comparison has measured of the recommended policy, on one data set at one length of training. */
export interface EvidenceRow {
  /** What people call the data. */
  readonly data: string;
  /** Where the trainings are kept, in docs/results. */
  readonly source: string;
  /** That were trained on. */
  readonly images: number;
  readonly classes: number;
  /** Of the images in the network, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly network: string;
  /** Whether the network started from weights of other images. */
  readonly pretrained: boolean;
  /** Whether a horizontal flip keeps the labels, so that the recommended policy has one. */
  readonly flips: boolean;
  /** Whether the recommended policy has a padded crop. */
  readonly crops: boolean;
  readonly epochs: number;
  /** Images in all epochs together. */
  readonly imagesSeen: number;
  readonly seeds: number;
  readonly testImages: number;
  /** What the gains are measured by, a share of 1: top-1, balanced accuracy, ... */
  readonly measure: string;
  /**
   * Figure of the recommended policy minus that of no augmentation, and of padded crop and flip: a difference of shares, with its
   * 95 % interval over test images and seeds (docs/decisions/086-expected-gain.md). Null: not measured.
   */
  readonly gains: { readonly [O in Opponent]: Interval | null };
  /** What was done otherwise than `train --policy recommended` does it. */
  readonly note?: string;
}

/** What the recommended policy is set against: no augmentation, and padded crop and flip (`standard`). */
export const opponents = ['none', 'standard'] as const;
export type Opponent = (typeof opponents)[number];
