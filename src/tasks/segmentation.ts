import { targetsAs } from '../data/index.js';
import { iouContributions, type Regions } from '../metrics/index.js';
import type { TrainingResult } from '../run/files/index.js';
import { packedPerImage } from './classification.js';
import { predictMasks, type MaskPrediction } from './predict-masks.js';
import { requireNoLogits } from './class-balance.js';
import { SegmentationHead } from './segmentation-head.js';
import type { Task } from './task.js';

/** Semantic segmentation: mean intersection over union, pixel accuracy and loss (thesis, table 5.8). */
export const segmentation: Task<MaskPrediction> = {
  name: 'segmentation',
  outputs: 'pixel',
  preset: 'segmentation',
  // A mask is a label for every pixel; the thesis takes 16 (5.3.1).
  mostInBatch: 16,
  targets: 'mask',
  figures: () => [
    { key: 'iou', label: 'mean IoU', better: 'higher', share: true },
    { key: 'pixelAccuracy', label: 'pixel acc.', better: 'higher', share: true },
    { key: 'loss', label: 'test loss', better: 'lower', share: false },
  ],
  head: (data, { device, classBalance }) => {
    requireNoLogits(classBalance, 'have masks');
    const { ignored, colours, pixels } = targetsAs(data.targets, 'mask');
    return new SegmentationHead({
      device,
      classes: data.classes,
      colours,
      ignored,
      balance: classBalance === 'median' ? pixels : undefined,
      store: data.store,
    });
  },
  facts: (data) => {
    const { ignored, colours, values, coloured } = targetsAs(data.targets, 'mask');
    return {
      segmentation: {
        ignored,
        ...{ colours: [...colours], values: [...values] },
        ...(coloured && { coloured }),
      },
    };
  },
  perImage: (result) => {
    const regions = regionsIn(result);
    return regions ? iouContributions(regions) : packedPerImage(result);
  },
  scoreKind: 'continuous',
  predict: predictMasks,
};

/** The counts of every test image, as `results.json` keeps them. */
function regionsIn({ test: { regions, classes } }: TrainingResult): Regions | undefined {
  if (!regions || !classes) return undefined;
  const words = (text: string): Float64Array =>
    Float64Array.from(new Uint32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
  const unions = words(regions.unions);
  return {
    classes: classes.length,
    intersections: words(regions.intersections),
    unions,
    // A change needs no count of a class's true pixels.
    truth: new Float64Array(unions.length),
  };
}
