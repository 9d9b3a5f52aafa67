import type { TrainConfig, WithTraining } from '../../config/index.js';
import { freshModel } from '../../run/fresh-model.js';
import type { RunHooks } from '../../run/files/index.js';
import { shapeOf, type PreparedData } from '../../run/prepare.js';
import { cleanPass } from '../../run/streams.js';
import { taskFor, TaskObjective } from '../../tasks/index.js';

/**
 * A network for the task of the data as training starts from it, and what trains and tests it. Free the model when
 * done.
 *
 * @param onEvent is told what was taken of a file of weights
 */
export function freshTraining(
  config: WithTraining<TrainConfig>,
  prepared: PreparedData,
  onEvent?: RunHooks['onEvent'],
) {
  const { data, device, classBalance, split } = prepared;
  const { labelSmoothing } = config;
  const head = taskFor(data).head(data, { device, classBalance, labelSmoothing });
  const model = freshModel(config, shapeOf(data, 0), device, onEvent);
  const task = new TaskObjective({
    model,
    head,
    device,
    ...data.normalisation,
    held: () => cleanPass(prepared, split.judging),
  });
  return { model, head, task };
}
