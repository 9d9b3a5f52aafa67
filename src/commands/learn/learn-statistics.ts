import type { TransformSpec } from '../../augment/types.js';
import type { LearnConfig } from '../../config/index.js';
import { Rng } from '../../core/index.js';
import { fitStumps, statisticsOf, type Stumps } from '../../safe/index.js';
import { forwardBatch } from '../../run/streams.js';
import type { Prepared } from './prepare-learning.js';

/** Training images that the statistics are learned from; more hardly change them. */
const mostImages = 1500;
/** Of large images fewer are looked at: statistics of 64 x 64 pixels take about a millisecond. */
const mostPixels = mostImages * 64 * 64;
const fewestImages = 64;
/**
 * Learns for each label to tell training images with it alone from the same images clean, by their
 * statistics. A few seconds, no network.
 *
 * @param onLabel called before each label; may throw to stop
 */
export async function learnStatistics(
  config: LearnConfig,
  { loader, split, labels, border, data }: Prepared,
  onLabel: (done: number) => void,
): Promise<Stumps[]> {
  const order = new Rng(config.seed, 'statistics').shuffle(split.train.slice());
  const { width, height } = data.size;
  const fitting = Math.max(fewestImages, Math.floor(mostPixels / (width * height)));
  const indices = order.subarray(0, Math.min(mostImages, fitting));
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
