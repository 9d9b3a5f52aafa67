import type { TransformSpec } from '../../augment/transform.js';
import type { LearnConfig } from '../../config/index.js';
import { Rng } from '../../core/index.js';
import {
  fitStumps,
  statisticsOf,
  type JudgingPasses,
  type Observer,
  type Stumps,
} from '../../safe/index.js';
import { forwardBatch } from '../../run/streams.js';
import { jointTask } from './joint-learning.js';
import { stretchesOf, type JudgingNetwork, type JudgingPool } from './judging-pool.js';
import type { Prepared } from './prepare-learning.js';

/**
 * What looks at the judging images: the network of each fold, and statistics learned from its training images.
 *
 * @param taskKnown false where the task heads know other classes than these images'
 * @param share of the held-out images that is judged, in (0, 1]: statistics take as much of their time
 * @param onLabel called before the statistics of each label; may throw to stop
 */
export async function observerOf(
  config: LearnConfig,
  networks: readonly JudgingNetwork[],
  taskKnown: boolean | undefined,
  share: number,
  onLabel: (done: number) => void,
): Promise<Observer> {
  const tasks = networks.map(({ prepared, model }) =>
    jointTask(config, prepared, model, { taskKnown }),
  );
  const [{ prepared }] = networks;
  const { labels, border } = prepared;
  return {
    predict: (batch, parts) => tasks[batch.fold ?? 0].predict(batch, parts),
    statistics: await learnStatistics(
      config,
      networks.map((network) => network.prepared),
      share,
      onLabel,
    ),
    taskKnown,
    windows: labels.map((label) => label.window),
    inside: border?.hidden,
  };
}

/** Training images that the statistics are learned from. */
const mostImages = 1500;
/** Fewer where images are large: each is augmented by every label. */
const mostPixels = mostImages * 64 * 64;
/** But never fewer than this, however large the images. */
const fewestImages = 64;
/** Nor fewer than this where time is short, unless images are large. */
const fewestInTime = 300;

/** Images that the statistics of each label are learned from. @param share of the held-out images that is judged, in (0, 1] */
export function statisticsImages(
  { split, data }: Pick<Prepared, 'split' | 'data'>,
  share: number,
): number {
  const { width, height } = data.size;
  const fitting = Math.max(fewestImages, Math.floor(mostPixels / (width * height)));
  const all = Math.min(mostImages, fitting, split.train.length);
  return Math.min(all, Math.max(fewestInTime, Math.round(share * all)));
}

/**
 * Learns for each fold and label to separate training images with it alone from the same images clean, by their
 * statistics. Takes seconds; the network has no part in it. An image that several folds train on is looked at once.
 *
 * @returns `[folds][K]`
 */
async function learnStatistics(
  config: LearnConfig,
  folds: readonly Prepared[],
  share: number,
  onLabel: (done: number) => void,
): Promise<Stumps[][]> {
  const [{ loader, labels, border, data }] = folds;
  const trained = Uint32Array.from(new Set(folds.flatMap(({ split }) => [...split.train]))).sort();
  const order = new Rng(config.seed, 'statistics').shuffle(trained);
  // Of each fold, the places in `order` of its own.
  const places = folds.map(({ split, ...fold }) => {
    const own = new Set(split.train);
    const of = Array.from(order.keys()).filter((i) => own.has(order[i]));
    return of.slice(0, statisticsImages({ split, ...fold }, share));
  });
  const indices = order.subarray(0, Math.max(...places.map((own) => own.at(-1)! + 1)));
  const pass = async (
    transforms: TransformSpec[] | null,
    window = false,
  ): Promise<Float64Array[]> => {
    const rows: Float64Array[] = [];
    const { restore } = config;
    for await (const images of loader.epoch({
      indices,
      batch: forwardBatch(data.size),
      recipe: transforms === null ? { kind: 'none' } : { kind: 'sequence', transforms, restore },
      granularity: restore === 'none' ? 'batch' : 'image',
      purpose: 'statistics',
    }))
      rows.push(...statisticsOf(images, window ? border?.hidden : undefined));
    return rows;
  };
  const clean = await pass(null);
  const inside = border === undefined ? clean : await pass(null, true);
  const models: Stumps[][] = folds.map(() => []);
  for (const [k, { spec, window }] of labels.entries()) {
    onLabel(k);
    const applied = await pass([spec], window);
    places.forEach((own, f) => {
      const ofFold = (rows: readonly Float64Array[]): Float64Array[] => own.map((i) => rows[i]);
      models[f].push(fitStumps(ofFold(window ? inside : clean), ofFold(applied)));
    });
  }
  return models;
}

/** The judging images clean, or with transforms applied one after the other. */
export function judgingPasses(
  config: LearnConfig,
  { loader, data }: Pick<Prepared, 'loader' | 'data'>,
  pool: JudgingPool,
): JudgingPasses {
  const { restore } = config;
  return async function* (transforms, draw, images) {
    for (const { indices, fold } of stretchesOf(pool, images))
      for await (const batch of loader.epoch({
        indices,
        batch: forwardBatch(data.size),
        epoch: draw,
        recipe:
          transforms === null
            ? { kind: 'none' }
            : { kind: 'sequence', transforms: [...transforms], restore },
        // Without restoring, only images cropped alike are of one size.
        granularity: restore === 'none' ? 'batch' : 'image',
        purpose: 'judging',
      }))
        yield { ...batch, fold };
  };
}
