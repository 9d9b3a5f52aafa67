import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from './errors.js';

/**
 * Refuses to write onto what is read, whatever links lead there.
 *
 * @param outputs files that are about to be written, whether they exist or not; all must differ
 * @throws UserError `OUTPUT_IS_INPUT`, `OUTPUT_TWICE`
 */
export function refuseInputs(outputs: readonly string[], inputs: readonly string[]): void {
  const inputOf = new Map(inputs.flatMap((path) => identities(path).map((id) => [id, path])));
  const outputOf = new Map<string, string>();
  for (const where of outputs) {
    const ids = identities(where);
    const input = ids.map((id) => inputOf.get(id)).find((path) => path !== undefined);
    if (input !== undefined)
      throw new UserError('OUTPUT_IS_INPUT', 'The output would replace an input file.', {
        where,
        expected: 'a file that is not read',
        got: input === where ? 'an input' : `the same file as ${input}`,
        remedy: 'choose another output file or folder',
      });
    const twin = ids.map((id) => outputOf.get(id)).find((path) => path !== undefined);
    if (twin !== undefined)
      throw new UserError('OUTPUT_TWICE', 'Two outputs would be written to the same file.', {
        where,
        got: twin,
        remedy: 'give each output its own file',
      });
    for (const id of ids) outputOf.set(id, where);
  }
}

/** The path without links; of what does not exist yet, that of its nearest folder and the rest. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const full = resolve(path);
    const folder = dirname(full);
    return folder === full ? full : join(realPathOf(folder), basename(full));
  }
}

/** The real path, and the file's number on its disk: a disk may ignore case or be mounted twice. */
function identities(path: string): string[] {
  const real = realPathOf(path);
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return [real, `${dev}:${ino}`];
  } catch {
    // Not there yet, or out of reach: whoever opens it says so.
    return [real];
  }
}
