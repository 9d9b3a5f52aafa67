import { greatest, least, max, mean } from 'd3-array';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents, runFiles, type Comparison } from '../../run/files/index.js';
import type { ArmCurve } from '../charts/arm-curves.js';

/**
 * Accuracy on held-out images over the epochs, of every arm whose trainings are still in the run folder: the mean over the seeds
 * that have the epoch. Arms that are fine-tuned begin where their own epochs do.
 */
export function curvesOfArms(run: string, { arms, epochs }: Comparison): ArmCurve[] {
  return arms
    .filter(({ single, sameAs }) => single !== true && sameAs === undefined)
    .map(({ name, runs }) => {
      const seeds = runs.map(({ folder }) => heldOut(join(run, folder)));
      const own = Math.max(0, ...seeds.flatMap((seed) => [...seed.keys()]));
      const points = Array.from({ length: own }, (_, i) => i + 1).flatMap((epoch) => {
        const values = seeds.flatMap((seed) => seed.get(epoch) ?? []);
        // A stage of its own ends with the last epoch of all.
        return values.length === 0 ? [] : [[epochs - own + epoch, mean(values)!] as const];
      });
      return { name, points };
    });
}

/** Who is ahead about a tenth, a quarter and a half of the way, and at the end: at epochs that have a figure. */
export function leaders(curves: readonly ArmCurve[]): string {
  const all = curves.flatMap(({ name, points }) =>
    points.map(([epoch, value]) => ({ name, epoch, value })),
  );
  const last = max(all, ({ epoch }) => epoch) ?? 0;
  const nearest = [0.1, 0.25, 0.5, 1].map(
    (share) => least(all, ({ epoch }) => Math.abs(epoch - share * last))?.epoch,
  );
  const ahead = [...new Set(nearest)].map((at) => {
    const best = greatest(
      all.filter(({ epoch }) => epoch === at),
      ({ value }) => value,
    );
    return `${best?.name} after ${at}`;
  });
  return `Ahead: ${ahead.join(', ')}.`;
}

/** By epoch; of one that a resumed training reported twice the later. */
function heldOut(folder: string): Map<number, number> {
  const found = new Map<number, number>();
  if (!existsSync(join(folder, runFiles.events))) return found;
  for (const event of readEvents(folder))
    if (event.type === 'epoch' && event.judging !== null)
      found.set(event.epoch, event.judging.taskAccuracy);
  return found;
}
