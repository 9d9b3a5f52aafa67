import { InternalError, UserError } from '../core/index.js';
import { classification, type ClassPrediction } from './classification.js';
import { segmentation } from './segmentation.js';
import type { MaskPrediction } from './predict-masks.js';
import type { Task, TaskData } from './task.js';

export type {
  Evaluation,
  HeadOptions,
  ImageBatch,
  LabelledBatch,
  LearnedNetwork,
  Said,
  ScoreByImage,
  Task,
  TaskHead,
  TaskScores,
} from './task.js';

/** What a network says of an image: of each task something else. */
export type Prediction = ClassPrediction | MaskPrediction;

/** Every task there is. */
const tasks: readonly Task<Prediction>[] = [classification, segmentation];

/** What the data's labels ask for. */
export function taskFor(data: Pick<TaskData, 'masks'>): Task<Prediction> {
  const task = tasks.find(({ learns }) => learns(data));
  if (task === undefined) throw new InternalError('there is no task for these data');
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
  throw new UserError(
    'RUN_TASK',
    'The run was trained for a task that this version does not know.',
    {
      where,
      expected: tasks.map((one) => one.name).join(', '),
      got: name,
      remedy: 'use the version that made it, as its manifest says',
    },
  );
}

export { TaskObjective } from './task-objective.js';
export { unknownTaskHead } from './unknown-task.js';
export { ClassificationHead, ClassScores } from './classification.js';
export { SegmentationHead } from './segmentation-head.js';
export { RegionScores } from './region-scores.js';
