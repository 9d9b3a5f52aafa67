import type { ClassFigure, LabelFigure, Sheet } from '../../run/files/index.js';

/** What a run's files hold of its task: of each task something else. */
export interface TaskFindings {
  /** The run folder. */
  readonly run: string;
  readonly classes?: readonly ClassFigure[];
  readonly labels?: readonly LabelFigure[];
  readonly panels?: Sheet;
}
