import type { Dataset } from '../data/index.js';
import { classification } from './classification.js';
import { segmentation } from './segmentation.js';
import type { TrainingTask } from './training-task.js';

/** What the data's labels ask for: a class an image, or a class a pixel. */
export function taskFor(data: Pick<Dataset, 'masks'>): TrainingTask {
  return data.masks ? segmentation : classification;
}
