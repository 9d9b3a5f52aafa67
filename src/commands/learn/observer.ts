import type { TransformSpec } from '../../augment/transform.js';
import type { LearnConfig } from '../../config/index.js';
import { Rng } from '../../core/index.js';
import type { TwoHeaded } from '../../models/index.js';
import {
  fitStumps,
  statisticsOf,
  type JudgingPasses,
  type Observer,
  type Stumps,
} from '../../safe/index.js';
import { forwardBatch, streamOf } from '../../run/streams.js';
import { heldOut, jointTask } from './joint-learning.js';
import type { Prepared } from './prepare-learning.js';

/**
 * What looks at the judging images: the network, and statistics learned from the training images.
 *
 * @param model in evaluation mode
 * @param taskKnown false where the task head knows other classes than these images'
 * @param share of the held-out images that is judged, in (0, 1]: statistics take as much of their time
 * @param onLabel called before the statistics of each label; may throw to stop
 */
export async function observerOf(
  config: LearnConfig,
  prepared: Prepared,
  model: TwoHeaded,
  taskKnown: boolean | undefined,
  share: number,
  onLabel: (done: number) => void,
): Promise<Observer> {
  const task = jointTask(config, prepared, model, { taskKnown });
  const { labels, border } = prepared;
  return {
    predict: (batch, parts) => task.predict(batch, parts),
    statistics: await learnStatistics(config, prepared, share, onLabel),
    taskKnown,
    windows: labels.map((label) => label.window),
    inside: border?.hidden,
  };
}

/** Training images that the statistics are learned from. */
const mostImages = 1500;
/** Fewer where images are large: statistics of 64 x 64 pixels take about a millisecond. */
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
 * Learns for each label to separate training images with it alone from the same images clean, by their
 * statistics. Takes seconds; the network has no part in it.
 */
async function learnStatistics(
  config: LearnConfig,
  prepared: Prepared,
  share: number,
  onLabel: (done: number) => void,
): Promise<Stumps[]> {
  const { loader, split, labels, border, data } = prepared;
  const order = new Rng(config.seed, 'statistics').shuffle(split.train.slice());
  const indices = order.subarray(0, statisticsImages(prepared, share));
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
  const models: Stumps[] = [];
  for (const [k, { spec, window }] of labels.entries()) {
    onLabel(k);
    models.push(fitStumps(window ? inside : clean, await pass([spec], window)));
  }
  return models;
}

/** The judging images clean, or with transforms applied one after the other. */
export function judgingPasses(config: LearnConfig, prepared: Prepared): JudgingPasses {
  const { restore } = config;
  const held = heldOut(prepared);
  return (transforms, draw, images) =>
    streamOf(prepared.loader, {
      indices: images === undefined ? held : held.subarray(images.from, images.to),
      batch: forwardBatch(prepared.data.size),
      epoch: draw,
      recipe:
        transforms === null
          ? { kind: 'none' }
          : { kind: 'sequence', transforms: [...transforms], restore },
      // Without restoring, only images cropped alike are of one size.
      granularity: restore === 'none' ? 'batch' : 'image',
      purpose: 'judging',
    });
}
