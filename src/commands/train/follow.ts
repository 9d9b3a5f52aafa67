import { join } from 'node:path';
import { EndedElsewhere } from '../../core/index.js';
import { runFiles, type RunHooks } from '../../run/files/index.js';
import { fitInFolder } from '../../run/fit-in-folder.js';
import type { ProcessGroup } from '../../run/processes/group.js';
import { ratedConfig, sourceOf } from './fit-source.js';
import { freshTraining } from './fresh-training.js';
import { hearPlan, hearPrepared, hearSettings, requireAlike, shareOf } from './orders.js';
import { prepareTraining, settledOn } from './prepare-training.js';

/**
 * Trains along with process 0, which runs `train`: says what is done, writes the run folder, and looks at the held-out images.
 * This process reads the same data and takes its part of every batch.
 *
 * @param signal aborted where this process is asked to stop
 * @throws UserError for what is wrong on this host alone; ProcessLost; EndedElsewhere
 */
export async function followTraining(group: ProcessGroup, signal: AbortSignal): Promise<void> {
  const settings = await hearSettings(group);
  if (settings === undefined) return;
  const hooks: RunHooks = { onEvent: () => {}, signal };
  // On process 0's host the data lie in the cache once it has read them.
  const read = group.besideFirst ? await hearPrepared(group) : undefined;
  const prepared = await prepareTraining(settings, hooks, { share: shareOf(group) });
  try {
    requireAlike(read ?? (await hearPrepared(group)), prepared, settings.data);
    const { plan, recipe } = await hearPlan(group);
    const config = settledOn({ ...settings, batch: prepared.batch }, prepared, plan.epochs);
    const { model, task } = freshTraining(config, prepared);
    try {
      const source = sourceOf({ config, prepared, recipe }, plan);
      const folder = { checkpoint: () => join(config.out, runFiles.checkpoint) };
      const { norms } = config.processes;
      const context = { config: ratedConfig(config), hooks, folder, group, norms };
      const { ended } = await fitInFolder(context, plan, { model, task, source });
      if (ended === 'interrupted') throw new EndedElsewhere(130);
    } finally {
      model.free();
    }
  } finally {
    await prepared.loader.close();
  }
}
