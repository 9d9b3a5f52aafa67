import type { TrainConfig } from '../../config/index.js';
import { hasStrips, stripDrawer } from '../../pictures/strips.js';
import type { Plan, RunHooks } from '../../run/files/index.js';
import { originalsFor, type PreparedData } from '../../run/prepare.js';
import { recipeAt, shownStrength, type TrainingRecipe } from './phases.js';

/** What a picture needs to know of a training. */
interface PicturedTraining {
  readonly config: Pick<TrainConfig, 'seed' | 'restore' | 'policy' | 'crops'>;
  readonly prepared: Pick<PreparedData, 'data'>;
  readonly recipe: TrainingRecipe;
  readonly hooks: Pick<RunHooks, 'onEvent'>;
}

/** Draws what a policy does to training images in the first epoch, or where it grows comes to do, for those who watch; nothing where it does nothing. */
export async function drawPolicy(
  run: string,
  { config, prepared: { data }, recipe, hooks }: PicturedTraining,
  { epochs }: Pick<Plan, 'epochs'>,
): Promise<void> {
  const first = recipeAt(recipe, 0, epochs, shownStrength);
  if (first.kind === 'none' || hasStrips(run)) return;
  const strip = stripDrawer(run, { ...data, originals: originalsFor(config, data) }, config);
  const name = config.policy.split(/[/\\]/).at(-1) ?? config.policy;
  hooks.onEvent({
    type: 'samples',
    sheets: [{ name, ...(await strip('policy.png', first)) }],
  });
}
