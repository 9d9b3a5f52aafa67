import { join } from 'node:path';
import { readSettings } from '../../config/index.js';
import { Interrupted } from '../../core/index.js';
import type { RunEvent } from '../files/index.js';
import type { RunFolder } from '../folder/run-folder.js';
import { mlflowLog, reasonOf, requireMlflow } from './mlflow.js';
import { resultsOf, scalarsOf, type EventLog } from './scalars.js';
import { tensorBoardLog } from './tensorboard.js';

/** Folder of a run for event files and for what a tracker calls it. */
export const trackingFolder = 'tracking';

/** The logs of a run, which see its events. */
export interface Logs {
  onEvent(event: RunEvent): void;
  /** @param error what ended the sitting; undefined where it came to its end */
  close(error?: unknown): Promise<void>;
}

/**
 * Opens the logs that a run asks for: `tensorboard`, `mlflow:ADDRESS`. Nothing is written before the run is under way.
 *
 * @param warn called where a log fails; the run goes on
 * @throws UserError `LOG_UNREACHABLE`
 */
export async function openLogs(
  wanted: readonly string[],
  folder: RunFolder,
  warn: (message: string) => void,
): Promise<Logs> {
  const place = join(folder.path, trackingFolder);
  const logs: EventLog[] = [];
  for (const log of wanted) {
    if (log === 'tensorboard') {
      logs.push(
        tensorBoardLog(place, (error) =>
          warn(
            `the event file of TensorBoard cannot be written (${reasonOf(error)}): the run goes on without it`,
          ),
        ),
      );
      continue;
    }
    const uri = log.slice('mlflow:'.length);
    await requireMlflow(uri);
    logs.push(
      mlflowLog({
        uri,
        file: join(place, 'mlflow.json'),
        name: folder.path,
        onFailure: (error) =>
          warn(
            `the MLflow server has not taken everything (${reasonOf(error)}): the run goes on, and what is missing is sent with its next figures`,
          ),
      }),
    );
  }
  return together(logs, folder);
}

function together(logs: readonly EventLog[], folder: RunFolder): Logs {
  let begun = false;
  let last = 1;
  const begin = (from: number): void => {
    if (begun) return;
    begun = true;
    const settings = folder.config(readSettings);
    for (const log of logs) log.begin(settings, from);
  };
  return {
    onEvent(event) {
      if (logs.length === 0 || !folder.begun) return;
      const scalars = scalarsOf(event);
      if (scalars.length === 0) return;
      // In folds, epochs begin anew: those of the other folds stay.
      begin(event.type === 'epoch' && event.fold === undefined ? event.epoch : 1);
      last = Math.max(last, ...scalars.map(({ step }) => step));
      for (const log of logs) log.write(scalars);
    },
    async close(error) {
      if (!begun) return;
      if (error === undefined) {
        const results = resultsOf(folder.path, last);
        for (const log of logs) log.write(results);
      }
      const outcome =
        error === undefined ? 'finished' : error instanceof Interrupted ? 'stopped' : 'failed';
      await Promise.all(logs.map((log) => log.close(outcome)));
    },
  };
}
