import { performance } from 'node:perf_hooks';
import type { LearnConfig } from '../config/index.js';
import type { RunEvent, RunHooks } from './files/index.js';
import { RunFolder } from './folder/run-folder.js';
import type { RunSource } from './folder/sources.js';

/** One sitting of a run, from its start or from where it was stopped: what all its steps share. */
export interface Sitting {
  readonly folder: RunFolder;
  /** The caller's; every event is kept in the run folder too. */
  readonly hooks: RunHooks;
  /** Seconds since it began. */
  elapsed(): number;
}

/**
 * Does work in a run folder, which belongs to this process until the work ends.
 *
 * @param sources what the run is made from: its folder must be another
 * @throws UserError as `RunFolder.use`
 */
export function inSitting<T>(
  config: Pick<LearnConfig, 'out' | 'resume' | 'overwrite'>,
  hooks: RunHooks,
  work: (sitting: Sitting) => Promise<T>,
  sources: readonly RunSource[] = [],
): Promise<T> {
  const start = performance.now();
  const inFolder = (folder: RunFolder): Promise<T> =>
    work({
      folder,
      hooks: {
        onEvent(event: RunEvent) {
          folder.log(event);
          hooks.onEvent(event);
        },
        signal: hooks.signal,
      },
      elapsed: () => (performance.now() - start) / 1000,
    });
  return RunFolder.use(config, inFolder, sources);
}
