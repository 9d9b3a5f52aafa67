import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { realPathOf, UserError } from '../../core/index.js';
import { runFiles, setsFolder } from './read.js';

/** What a run writes into its folder. */
const ownNames: readonly string[] = [
  ...Object.values(runFiles),
  ...['samples', 'arms', 'logs', 'slurm', setsFolder, 'run.lock'],
];

/**
 * Refuses to write onto a file of a run, whatever links lead there. Other names in a run folder are free.
 *
 * @throws UserError `OUTPUT_IN_RUN`
 */
export function refuseRunFiles(outputs: readonly string[]): void {
  for (const where of outputs) {
    const path = realPathOf(where);
    const run = runAround(path);
    if (run === undefined) continue;
    const [name] = relative(run, path).split(sep);
    if (!ownNames.includes(name)) continue;
    throw new UserError('OUTPUT_IN_RUN', 'The output would replace a file of a run.', {
      where,
      expected: 'a file that belongs to no run',
      got: `${name} of the run ${run}`,
      remedy: 'choose another output file or folder',
    });
  }
}

/** The innermost run folder around a path; the trainings of a comparison are runs of their own. */
function runAround(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (isRun(folder)) return folder;
  return undefined;
}

function isRun(folder: string): boolean {
  return [runFiles.config, runFiles.manifest].every((name) => existsSync(join(folder, name)));
}
