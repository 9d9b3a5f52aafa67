import { performance } from 'node:perf_hooks';
import type { LearnConfig } from '../config/index.js';
import type { RunEvent, RunHooks } from './files/index.js';
import { openLogs } from './logs/open-logs.js';
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
  config: Pick<LearnConfig, 'out' | 'resume' | 'overwrite' | 'log'>,
  hooks: RunHooks,
  work: (sitting: Sitting) => Promise<T>,
  sources: readonly RunSource[] = [],
): Promise<T> {
  const start = performance.now();
  const inFolder = async (folder: RunFolder): Promise<T> => {
    const tell = (event: RunEvent): void => {
      folder.log(event);
      hooks.onEvent(event);
    };
    const logs = await openLogs(config.log, folder, (message) =>
      tell({ type: 'warning', code: 'LOG', message }),
    );
    const onEvent = (event: RunEvent): void => {
      tell(event);
      logs.onEvent(event);
    };
    const elapsed = (): number => (performance.now() - start) / 1000;
    try {
      const result = await work({ folder, hooks: { onEvent, signal: hooks.signal }, elapsed });
      await logs.close();
      return result;
    } catch (error) {
      await logs.close(error);
      throw error;
    }
  };
  return RunFolder.use(config, inFolder, sources);
}
