import type { TrainConfig } from '../../config/index.js';
import { freshModel } from '../../run/fresh-model.js';
import { shapeOf, type PreparedData } from '../../run/prepare.js';
import { cleanPass } from '../../run/streams.js';
import { taskFor, TaskObjective } from '../../tasks/index.js';

/** A network for the task of the data, with fresh weights, and what trains and tests it. Free the model when done. */
export function freshTraining(config: TrainConfig, prepared: PreparedData) {
  const { data, device, classBalance, split } = prepared;
  const head = taskFor(data).head(data, { device, classBalance });
  const model = freshModel(config, shapeOf(data, 0), device);
  const task = new TaskObjective({
    model,
    head,
    device,
    ...data.normalisation,
    held: () => cleanPass(prepared, split.judging),
  });
  return { model, head, task };
}
