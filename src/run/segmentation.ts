import { InternalError } from '../core/index.js';
import type { Batch, Dataset } from '../data/index.js';
import type { TwoHeaded } from '../models/index.js';
import type { Device } from '../tensor/index.js';
import { classWeights } from '../metrics/index.js';
import type { TrainConfig } from '../config/index.js';
import { SegmentationHead, SegmentationTask } from '../train/index.js';
import { freshModel } from './fresh-model.js';
import { shapeOf } from './prepare.js';
import type { TrainingTask } from './training-task.js';

/** Semantic segmentation: mean intersection over union, pixel accuracy and loss (thesis, table 5.8). */
export const segmentation: TrainingTask<TwoHeaded> = {
  name: 'segmentation',
  figures: () => [
    { key: 'iou', label: 'mean IoU', better: 'higher', share: true },
    { key: 'pixelAccuracy', label: 'pixel acc.', better: 'higher', share: true },
    { key: 'loss', label: 'test loss', better: 'lower', share: false },
  ],
  model: (config, prepared) => freshModel(config, shapeOf(prepared.data, 0), prepared.device),
  task: (model, { data, device, classBalance }, held) =>
    new SegmentationTask({
      model,
      device,
      head: segmentationHead(data, device, classBalance),
      ...data.normalisation,
      held,
    }),
};

/** Loss and scores of these data's masks. */
export function segmentationHead(
  data: Pick<Dataset, 'masks' | 'classes'>,
  device: Device,
  balance: TrainConfig['classBalance'],
): SegmentationHead<Batch> {
  const { masks, classes } = data;
  if (!masks) throw new InternalError('segmentation of images without masks');
  return new SegmentationHead({
    device,
    classes: classes.length,
    ignored: masks.ignored,
    classWeights: balance === 'median' ? classWeights(masks.pixels) : undefined,
  });
}
