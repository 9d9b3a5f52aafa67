import type { TrainConfig } from '../config/index.js';
import type { Batch, Dataset } from '../data/index.js';
import type { Device } from '../tensor/index.js';
import { ClassificationHead, type TaskHead } from '../train/index.js';
import { classification } from './classification.js';
import { segmentation, segmentationHead } from './segmentation.js';
import type { TrainingTask } from './training-task.js';

/** What the data's labels ask for: a class an image, or a class a pixel. */
export function taskFor(data: Pick<Dataset, 'masks'>): TrainingTask {
  return data.masks ? segmentation : classification;
}

/** The same for joint learning: loss and scores of the task head. */
export function headFor(
  data: Pick<Dataset, 'masks' | 'classes'>,
  device: Device,
  balance: TrainConfig['classBalance'],
): TaskHead<Batch> {
  return data.masks ? segmentationHead(data, device, balance) : new ClassificationHead(device);
}
