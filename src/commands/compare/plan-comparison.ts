import { type CompareConfig } from '../../config/index.js';
import { counted, formatDuration } from '../../core/index.js';
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
  const all = epochOf(prepared).images;
  const wanted = Math.min(config.epochImages ?? Infinity, all);
  const looking = (plan: Plan): ComparisonPlan =>
    withLooks({ ...plan, imagesPerEpoch: plan.imagesPerEpoch ?? wanted }, config);
  if (budget === null && config.epochs !== 'auto') {
    const reason = `${counted(config.epochs, 'epoch')} of ${wanted} images for every arm`;
    return looking(configuredPlan(config.epochs, reason));
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureTraining(trainingOf(config), prepared, hooks.signal, budget);
  const trainings = (costOf(arms, config.pretrainShare) * seeds) / jobs;
  const share = budget === null ? null : Math.max(0, budget - elapsed()) / trainings;
  const cost = costOfTraining(config, prepared);
  const one = planRun({ budget: share, epochs: config.epochs, ...cost, spent: 0 }, speed);
  const seconds = one.seconds * trainings;
  const { epochs, images } = inStages(one, arms, one.imagesPerEpoch ?? wanted, prepared.batch);
  const fits = budget === null ? '' : ` in ${formatDuration(budget)}`;
  const reason = `${counted(epochs, 'epoch')} of ${images} images for each of ${counted(arms.length, 'arm')} with ${counted(seeds, 'seed')}${fits}, at ${Math.round(speed.training)} images/s`;
  // Arms are compared by what they have seen: none of them may be cut short by the clock.
  const uncut = { trainingSeconds: undefined, judgingSeconds: undefined };
  const plan = { ...one, ...uncut, epochs, imagesPerEpoch: images, seconds, reason };
  hooks.onEvent(planEvent({ budget }, plan, Math.floor(images / prepared.batch)));
  return looking(plan);
}

/** Fine-tuned arms have an epoch on all and one of their own at least: of one epoch they get two halves. */
export function inStages(
  { epochs }: Plan,
  arms: readonly Arm[],
  images: number,
  batch: number,
): { readonly epochs: number; readonly images: number } {
  if (epochs > 1 || !arms.some((arm) => arm.pretrained)) return { epochs, images };
  return { epochs: 2, images: Math.max(1, Math.floor(images / batch / 2)) * batch };
}
