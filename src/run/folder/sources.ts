import { existsSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { dataFolder } from '../../config/index.js';
import { UserError } from '../../core/index.js';

/** Something that a run is made from: another run, a file, the images. */
export interface RunSource {
  /** The option or setting that names it. */
  readonly option: string;
  readonly path: string;
}

/** The images of a run: their folder, of `KIND:DIR` too. */
export function dataSource(spec: string): RunSource {
  return { option: 'the data', path: existsSync(spec) ? spec : dataFolder(spec) };
}

/**
 * A run must not be made in the place of what it is made from: replacing the old run would remove the source while
 * it is needed. Folders are compared by what they are, so links and other spellings make no difference.
 *
 * @param out the run folder
 * @param replaces whether an old run there is to be removed: then it must not lie inside a source either
 * @throws UserError `RUN_SOURCE`
 */
export function requireOtherPlace(
  out: string,
  sources: readonly RunSource[],
  replaces: boolean,
): void {
  for (const { option, path } of sources) {
    const inside = isInside(path, out);
    if (!inside && !(replaces && isInside(out, path))) continue;
    throw new UserError('RUN_SOURCE', 'The run would replace what it is made from.', {
      where: `--out ${out}`,
      expected: 'a folder apart from it',
      got: `${option} ${path}, which ${inside ? 'is that folder or lies inside it' : 'contains that folder'}`,
      remedy: 'choose another folder with --out',
    });
  }
}

/** Whether a path is a folder, or lies anywhere below it. */
function isInside(path: string, folder: string): boolean {
  const wanted = lookAt(folder);
  if (wanted === undefined || !wanted.isDirectory()) return false;
  for (let at = realPath(path); ; at = dirname(at)) {
    const found = lookAt(at);
    if (found !== undefined && found.dev === wanted.dev && found.ino === wanted.ino) return true;
    if (at === dirname(at)) return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** With 64 bits, as file systems number their files; undefined where nothing is there or can be seen. */
function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
