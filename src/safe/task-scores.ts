import { pairedMean } from '../metrics/index.js';
import type { ScoreByImage, TaskScores } from '../tasks/index.js';
import type { Skill } from './harm.js';

/** What the task head can do on clean images from `start` on, by right and wrong. */
export function accuracyOf(clean: TaskScores, start: number): Skill {
  return skillBy(clean.from(start).answers());
}

/** The same by what harm is measured on. */
export function skillOf(clean: TaskScores, start: number): Skill {
  return skillBy(clean.from(start).skill());
}

function skillBy({ values, chance }: ScoreByImage): Skill {
  return { score: pairedMean(values), chance };
}
