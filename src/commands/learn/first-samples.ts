import { hasStrips, singleStrips, stripDrawer } from '../../pictures/strips.js';
import type { RunHooks } from '../../run/files/index.js';
import { originalsFor } from '../../run/prepare.js';
import type { OpenedSet } from './sets.js';

/**
 * Draws the augmentations and controls before anything is trained, for those who watch: the same pictures that the run draws
 * at its end. Of a run on several data sets the first stands for all.
 *
 * @param run the run folder; one whose events tell of pictures that are still there has them from an earlier sitting
 */
export async function drawFirstSamples(
  run: string,
  { config, prepared: { data } }: OpenedSet,
  { onEvent }: Pick<RunHooks, 'onEvent'>,
): Promise<void> {
  if (hasStrips(run)) return;
  const originals = originalsFor(config, data);
  const strip = stripDrawer(run, { ...data, originals }, config);
  const { augmentations, controls } = await singleStrips(strip, config);
  onEvent({ type: 'samples', sheets: [...augmentations, ...controls] });
}
