import type { Manifest } from '../../run/files/index.js';
import type { SeveralConfig } from '../../config/index.js';
import { manifestOf } from '../../run/manifest.js';
import type { Plan } from '../../run/plan.js';
import { sameData } from '../../run/same-data.js';
import type { LearnedSet } from './sets.js';

/** A run's manifest with the data of all sets together, and of each under `data.sets`. */
export function severalManifest(
  config: SeveralConfig,
  sets: readonly LearnedSet[],
  plan: Plan,
): Manifest {
  const all = sets.map((set) => manifestOf(set.config, set.prepared, plan));
  const [first] = all;
  const of = <T>(read: (data: Manifest['data']) => T): T[] => all.map(({ data }) => read(data));
  const parts = Object.keys(first.split).map((part) => [
    part,
    all.reduce((sum, { split }) => sum + split[part], 0),
  ]);
  return {
    ...first,
    seed: config.seed,
    data: {
      source: config.data.join(' '),
      kind: of((data) => data.kind).join(', '),
      classes: all.flatMap(({ data }, i) => data.classes.map((name) => `${sets[i].name}/${name}`)),
      images: of((data) => data.images).reduce((sum, n) => sum + n, 0),
      height: first.data.height,
      width: first.data.width,
      channels: first.data.channels,
      fingerprint: of((data) => data.fingerprint).join('+'),
      skipped: all.flatMap(({ data }, i) => data.skipped.map((name) => `${sets[i].name}/${name}`)),
      sets: of((data) => data),
    },
    split: Object.fromEntries(parts) as Record<string, number>,
  };
}

/** @throws UserError `DATA_CHANGED` where the images are not those that a run was started with */
export function requireSameSets(sets: readonly LearnedSet[], manifest: Manifest): void {
  const stored = manifest.data.sets as Manifest['data'][];
  for (const [i, { config, prepared }] of sets.entries())
    sameData(config, { ...manifest, data: stored[i] }, prepared.data);
}
