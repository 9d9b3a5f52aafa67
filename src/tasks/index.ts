import { InternalError, UserError } from '../core/index.js';
import type { TargetKind } from '../data/index.js';
import { classification, type ClassPrediction } from './classification.js';
import { multiLabel, type LabelPrediction } from './multi-label.js';
import { segmentation } from './segmentation.js';
import type { MaskPrediction } from './predict-masks.js';
import type { Task } from './task.js';

export type {
  Evaluation,
  LearnedNetwork,
  DescribedPrediction,
  ScoreByImage,
  Task,
  TaskHead,
  TaskScores,
} from './task.js';

/** A prediction for one image; its form depends on the task. */
export type Prediction = ClassPrediction | MaskPrediction | LabelPrediction;

/** Every task there is. */
const tasks: readonly Task<Prediction>[] = [classification, segmentation, multiLabel];

/** Data, as far as they say which task is theirs. */
interface AskingData {
  readonly targets: { readonly kind: TargetKind };
}

/** The task that the data ask for. */
export function taskFor({ targets }: AskingData): Task<Prediction> {
  const task = tasks.find((one) => one.targets === targets.kind);
  if (task === undefined) throw new InternalError(`there is no task for ${targets.kind} targets`);
  return task;
}

/**
 * The task of a run.
 *
 * @param name as `results.json` has it
 * @param where the run, for the message
 * @throws UserError `RUN_TASK` for a name that none of them has
 */
export function taskNamed(name: string, where: string): Task<Prediction> {
  const task = tasks.find((one) => one.name === name);
  if (task !== undefined) return task;
  throw new UserError('RUN_TASK', 'The task of this run is unknown to this version.', {
    where,
    expected: tasks.map((one) => one.name).join(', '),
    got: name,
    remedy: 'use the version named in its manifest',
  });
}

export { balanceFacts } from './class-balance.js';
export { TaskObjective } from './task-objective.js';
export { unknownTaskHead } from './unknown-task.js';
export { unlearnedWarning } from './unlearned.js';
