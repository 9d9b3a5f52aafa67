import type { TwoHeaded } from '../../../models/index.js';
import type { Plan, RunEvent, RunHooks } from '../../../run/files/index.js';
import type { FitContext } from '../../../run/fit-in-folder.js';
import type { FitResult } from '../../../train/index.js';
import { hasKeptWeights, loadKeptWeights } from '../../../train/index.js';
import type { RunFold } from './run-folds.js';
import { jointTraining } from '../joint-learning.js';
import type { SetNetwork } from '../judge-set.js';

/** Networks of a run that have been trained, one for each fold. Free their models when done. */
export interface TrainedFolds {
  readonly networks: readonly [SetNetwork, ...SetNetwork[]];
  /** Images of an epoch of all of them. */
  readonly images: number;
}

/** The run that the networks belong to. */
type RunOfFolds = Pick<FitContext, 'hooks' | 'folder'>;

/**
 * Step 1 of the method for each fold, one after the other; each has its own checkpoint in the run folder, so that a run that was
 * stopped goes on in the fold that it was stopped in.
 *
 * @param folds one where there are no folds
 * @param interrupted called where a training was stopped; throws
 */
export async function trainFolds(
  folds: readonly [RunFold, ...RunFold[]],
  run: RunOfFolds,
  plan: Plan,
  interrupted: (epochs: number) => never,
): Promise<TrainedFolds> {
  const networks: SetNetwork[] = [];
  let images = 0;
  try {
    for (const [f, fold] of folds.entries()) {
      const hooks = hooksOfFold(run.hooks, f, folds.length);
      // What a file of weights gave is the same for all.
      const training = jointTraining(fold.config, fold.sets, f === 0 ? hooks.onEvent : undefined);
      const { model } = training;
      images += training.images;
      networks.push({
        ...{ model, prepared: fold.sets[0].prepared },
        checkpoint: run.folder.checkpoint(f),
      });
      if (f === 0) run.hooks.onEvent({ type: 'phase', phase: 'train' });
      const { ended, epochs }: FitResult = await training.fit(
        { ...run, hooks, config: fold.config, fold: f },
        shareOf(plan, folds.length),
      );
      if (ended === 'interrupted') interrupted(epochs);
    }
    const [first, ...others] = networks;
    return { networks: [first, ...others], images };
  } catch (error) {
    for (const { model } of networks) model.free();
    throw error;
  }
}

/** The first network of a run that has been judged, by the weights that it ended with; undefined where these are gone. */
export function firstTrained(
  { config, sets }: RunFold,
  { hooks, folder }: RunOfFolds,
): SetNetwork | undefined {
  const checkpoint = folder.checkpoint();
  if (!hasKeptWeights(checkpoint)) return undefined;
  const { model } = jointTraining(config, sets, hooks.onEvent);
  const loaded = (network: TwoHeaded): TwoHeaded => {
    loadKeptWeights(checkpoint, network);
    network.eval();
    return network;
  };
  return { model: loaded(model), prepared: sets[0].prepared, checkpoint };
}

/**
 * The time of a plan that one of its folds has for training, and what then is to be kept for judging what it has trained. A machine that is
 * slow for a while takes at most half of a fold's time: a short training has no time to make up for it.
 */
export function shareOf({ trainingSeconds, judgingSeconds, ...plan }: Plan, folds: number): Plan {
  if (trainingSeconds === undefined || folds === 1)
    return { ...plan, trainingSeconds, judgingSeconds };
  const kept = Math.min(judgingSeconds ?? 0, trainingSeconds / 2);
  return { ...plan, trainingSeconds: trainingSeconds / folds, judgingSeconds: kept / folds };
}

/** A run's hooks for the training of one of its folds: epochs say which it is. */
function hooksOfFold(hooks: RunHooks, fold: number, folds: number): RunHooks {
  if (folds === 1) return hooks;
  return {
    signal: hooks.signal,
    onEvent(event: RunEvent) {
      if (event.type === 'progress')
        hooks.onEvent({ ...event, label: `fold ${fold + 1} of ${folds}` });
      else if (event.type === 'epoch' || event.type === 'steps')
        hooks.onEvent({ ...event, fold: fold + 1, folds });
      else hooks.onEvent(event);
    },
  };
}
