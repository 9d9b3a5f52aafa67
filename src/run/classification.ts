import type { TwoHeaded } from '../models/index.js';
import { ClassificationTask } from '../train/index.js';
import { freshModel } from './fresh-model.js';
import { shapeOf } from './prepare.js';
import type { TrainingTask } from './training-task.js';

/** With fewer classes the true one is nearly always among the first five. */
const manyClasses = 20;

/** Image classification: accuracy, with top-3 and top-5 where there are many classes (table 5.6). */
export const classification: TrainingTask<TwoHeaded> = {
  name: 'classification',
  figures: ({ classes, superclasses }) => [
    { key: 'top1', label: 'top-1', better: 'higher', share: true },
    ...(classes.length >= manyClasses
      ? ([
          { key: 'top3', label: 'top-3', better: 'higher', share: true },
          { key: 'top5', label: 'top-5', better: 'higher', share: true },
        ] as const)
      : []),
    ...(superclasses
      ? ([{ key: 'superclass', label: 'superclass', better: 'higher', share: true }] as const)
      : []),
    { key: 'loss', label: 'test loss', better: 'lower', share: false },
  ],
  model: (config, prepared) => freshModel(config, shapeOf(prepared.data, 0), prepared.device),
  task: (model, { data, device }, held) =>
    new ClassificationTask({
      model,
      device,
      ...data.normalisation,
      superclassOf: data.superclasses?.of,
      held,
    }),
};
