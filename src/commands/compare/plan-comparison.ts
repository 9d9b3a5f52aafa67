import { type CompareConfig } from '../../config/index.js';
import { formatDuration } from '../../core/index.js';
import type { ComparisonPlan, Plan, RunHooks } from '../../run/files/index.js';
import { planEvent, planRun } from '../../run/plan-run.js';
import type { PreparedData } from '../../run/prepare.js';
import { epochOf } from '../../run/streams.js';
import {
  configuredPlan,
  costOfTraining,
  measureTraining,
  withLooks,
} from '../train/prepare-training.js';
import { costOf, trainingOf, type Arm } from './arms.js';

/**
 * Chooses the epochs of an arm: as configured, or as many as let all trainings fit the budget.
 *
 * @throws UserError `BUDGET_TOO_SMALL`
 */
export async function planComparison(
  config: CompareConfig,
  prepared: PreparedData,
  arms: readonly Arm[],
  hooks: RunHooks,
  elapsed: () => number,
): Promise<ComparisonPlan> {
  const { budget, seeds, jobs } = config;
  const imagesPerEpoch = epochOf(prepared).images;
  const looking = (plan: Plan): ComparisonPlan => withLooks({ ...plan, imagesPerEpoch }, config);
  if (budget === null && config.epochs !== 'auto') {
    const reason = `${config.epochs} epochs of ${imagesPerEpoch} images for every arm`;
    return looking(configuredPlan(config.epochs, reason));
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureTraining(trainingOf(config), prepared, hooks.signal, budget);
  const trainings = (costOf(arms, config.pretrainShare) * seeds) / jobs;
  const share = budget === null ? null : Math.max(0, budget - elapsed()) / trainings;
  const cost = costOfTraining(config, prepared);
  const one = planRun({ budget: share, epochs: config.epochs, ...cost, spent: 0 }, speed);
  const seconds = one.seconds * trainings;
  const epochs = arms.some((arm) => arm.pretrained) ? Math.max(2, one.epochs) : one.epochs;
  const fits = budget === null ? '' : ` in ${formatDuration(budget)}`;
  const reason = `${epochs} epochs of ${imagesPerEpoch} images for each of ${arms.length} arms with ${seeds} seeds${fits}, at ${Math.round(speed.training)} images/s`;
  const plan = { ...one, epochs, seconds, reason };
  hooks.onEvent(planEvent({ budget }, plan, epochOf(prepared).batches));
  return looking(plan);
}
