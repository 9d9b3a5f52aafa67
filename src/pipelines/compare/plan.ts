import type { CompareConfig, RunHooks } from '../../config/index.js';
import { formatDuration } from '../../config/index.js';
import { planRun, type Plan } from '../plan.js';
import type { PreparedData } from '../prepare.js';
import { measureTraining } from '../train.js';
import { costOf, trainingOf, type Arm } from './arms.js';

/** What every arm gets; kept in `manifest.json`, so that a resumed comparison keeps it. */
export interface ComparisonPlan extends Plan {
  readonly imagesPerEpoch: number;
}

/** Looks at the held-out images in a training, where nothing needs one after every epoch. */
const looks = 20;

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
  const { split } = prepared;
  const { budget, batch, schedule, earlyStopping, seeds, jobs } = config;
  const imagesPerEpoch = Math.floor(split.train.length / batch) * batch;
  const everyEpoch = schedule.name === 'plateau' || earlyStopping !== null;
  const withLooks = (plan: Plan): ComparisonPlan => ({
    ...plan,
    // Not by this machine's speed: the same comparison must look as often anywhere.
    validateEvery:
      config.validateEvery !== 'auto'
        ? config.validateEvery
        : everyEpoch
          ? 1
          : Math.max(1, Math.floor(plan.epochs / looks)),
    imagesPerEpoch,
  });
  if (budget === null && config.epochs !== 'auto') {
    const reason = `${config.epochs} epochs of ${imagesPerEpoch} images for every arm`;
    return withLooks({
      epochs: config.epochs,
      validateEvery: 1,
      imagesPerSecond: 0,
      seconds: 0,
      reason,
    });
  }
  hooks.onEvent({ type: 'phase', phase: 'plan' });
  const speed = await measureTraining(trainingOf(config), prepared, budget);
  const trainings = (costOf(arms, config.pretrainShare) * seeds) / jobs;
  const plan = planRun(
    {
      budget: budget === null ? null : Math.max(0, budget - elapsed()) / trainings,
      epochs: config.epochs,
      trainImages: imagesPerEpoch,
      judgingImages: split.judging.length,
      judgingPasses: 1 + split.test.length / split.judging.length,
      everyEpoch,
      spent: 0,
    },
    speed,
  );
  const seconds = plan.seconds * trainings;
  const epochs = arms.some((arm) => arm.pretrained) ? Math.max(2, plan.epochs) : plan.epochs;
  const fits = budget === null ? '' : ` in ${formatDuration(budget)}`;
  const reason = `${epochs} epochs of ${imagesPerEpoch} images for each of ${arms.length} arms with ${seeds} seeds${fits}, at ${Math.round(speed.training)} images/s`;
  hooks.onEvent({
    type: 'plan',
    epochs,
    stepsPerEpoch: imagesPerEpoch / batch,
    imagesPerSecond: plan.imagesPerSecond,
    seconds,
    budget,
    reason,
  });
  return withLooks({ ...plan, epochs, seconds, reason });
}
