import type { LearnConfig } from '../../config/index.js';
import { Rng } from '../../core/index.js';
import { groupsAmong, type Dataset, type Split } from '../../data/index.js';
import type { TwoHeaded } from '../../models/index.js';
import type { RunEvent } from '../../run/files/index.js';
import { looksIn, type FoldOf, type JudgingResult } from '../../safe/index.js';
import { heldOut } from './joint-learning.js';
import type { Prepared } from './prepare-learning.js';

/** A network by weights that were kept while it was trained. */
export interface EarlierNetwork {
  /** In evaluation mode. */
  readonly model: TwoHeaded;
  /** The part of the training after which they were kept, in (0, 1). */
  readonly share: number;
}

/** A network with the images that it was trained on and those that it judges. */
export interface JudgingNetwork {
  readonly prepared: Prepared;
  /** In evaluation mode. */
  readonly model: TwoHeaded;
  /** The same network by the weights of a part of its training, where it has them. */
  readonly earlier?: EarlierNetwork;
}

/** The held-out images of all folds in the order in which they are judged. n: all of them. */
export interface JudgingPool {
  /**
   * `[n]`, indices into the data: the images that choose the cut-offs first, then those that are judged. With folds an image may be in
   * both, for different networks.
   */
  readonly held: Uint32Array;
  /** The first so many choose the cut-offs. */
  readonly calibration: number;
  /** `[n]`, the network of each image. Undefined: there is one for all. */
  readonly folds?: FoldOf;
  /** `[n]`, the group of each, where images come in groups. */
  readonly groupOf?: Int32Array;
  /** What part of the held-out images is judged, in (0, 1]. */
  readonly share: number;
}

/** Trained networks and what they are to judge. */
export interface JudgingRun {
  readonly config: LearnConfig;
  /** One, or one for each fold. */
  readonly networks: readonly JudgingNetwork[];
  onEvent(event: RunEvent): void;
  /** Called before each pass over the judging images; may throw to stop. */
  check(): void;
  /** False once the budget is spent, less the seconds reserved: further draws, pairs and ranges are then left out. */
  mayContinue(reserved?: number): boolean;
  /** Images that the network may score to judge pairs. */
  readonly imagesForPairs: number;
  /** False where the task head knows other classes than these images'. Default true. */
  readonly taskKnown?: boolean;
  /** Held-out images that are judged. Default: all. */
  readonly judged?: number;
  onJudged?(result: JudgingResult): void;
}

/** The same with what its networks have in common. */
export interface PooledRun extends JudgingRun {
  /** Of the first network: labels, data and loader are those of all. */
  readonly prepared: Prepared;
  readonly pool: JudgingPool;
}

/** What a pool must know of a fold's data. */
interface PooledData {
  readonly data: Pick<Dataset, 'groups'>;
  readonly split: Pick<Split, 'calibration' | 'judging'>;
}

/** An image and the network that scores it. */
interface Scoring {
  readonly image: number;
  readonly fold: number;
}

/** Parts of the judging images after which what is plainly unsafe is done with. */
export function partsOfLooks({ restore }: Pick<LearnConfig, 'restore'>): number[] {
  // Without restoring, a batch is drawn as a whole: other batches would be other draws.
  return restore === 'none' ? [] : [0.25, 0.5];
}

/**
 * The held-out images in random order, so that the first of them stand for all; where not all are judged, the first of each part.
 * Of folds, those that are looked at together stand fold by fold: networks score whole batches.
 *
 * @param judged held-out images that are judged. Default: all
 */
export function poolOf(
  config: Pick<LearnConfig, 'seed' | 'restore'>,
  networks: readonly { readonly prepared: PooledData }[],
  judged?: number,
): JudgingPool {
  const { seed } = config;
  const all = networks.reduce((sum, { prepared }) => sum + heldOut(prepared).length, 0);
  const share = judged === undefined ? 1 : judged / all;
  const first = (images: Uint32Array, part: string): Uint32Array => {
    const count = Math.min(images.length, Math.max(1, Math.round(share * images.length)));
    return new Rng(seed, 'judging order', part).shuffle(images.slice()).subarray(0, count);
  };
  const ofPart = (part: 'calibration' | 'judging'): Scoring[] =>
    networks.flatMap(({ prepared }, fold) =>
      Array.from(first(prepared.split[part], part), (image) => ({ image, fold })),
    );
  const calibrating = ofPart('calibration');
  const judging = ofPart('judging');
  if (networks.length > 1) inRandomOrder(judging, config);
  const scorings = [...calibrating, ...judging];
  const held = Uint32Array.from(scorings, ({ image }) => image);
  return {
    held,
    calibration: calibrating.length,
    ...(networks.length > 1 && { folds: Int32Array.from(scorings, ({ fold }) => fold) }),
    groupOf: groupsAmong(networks[0].prepared.data, held),
    share: scorings.length / all,
  };
}

/** Of all folds together, and by folds within each look. */
function inRandomOrder(
  judging: Scoring[],
  { seed, restore }: Pick<LearnConfig, 'seed' | 'restore'>,
): void {
  new Rng(seed, 'judging order', 'folds').shuffle(judging);
  const ends = looksIn(judging.length, partsOfLooks({ restore }));
  const looks = [...ends, judging.length].map((end, i) => judging.slice(ends[i - 1] ?? 0, end));
  for (const look of looks) look.sort((a, b) => a.fold - b.fold);
  judging.splice(0, judging.length, ...looks.flat());
}

/** Images of a pool that follow each other and are scored by the same network. */
export interface Stretch {
  readonly indices: Uint32Array;
  readonly fold: number;
}

/** The images of a pool from one up to, and without, another, network by network. Default: all of them. */
export function stretchesOf(
  { held, folds }: Pick<JudgingPool, 'held' | 'folds'>,
  { from, to } = { from: 0, to: held.length },
): Stretch[] {
  const found: Stretch[] = [];
  for (let start = from; start < to;) {
    const fold = folds?.[start] ?? 0;
    let end = start + 1;
    while (end < to && (folds?.[end] ?? 0) === fold) end++;
    found.push({ indices: held.subarray(start, end), fold });
    start = end;
  }
  return found;
}
