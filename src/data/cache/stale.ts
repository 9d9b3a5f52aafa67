import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { extname, join } from 'node:path';

const day = 24 * 3600 * 1000;

/** Milliseconds after which a file of the cache goes, by the end of its name. */
const lives: Readonly<Record<string, number>> = {
  // Unfinished: left by a crash.
  '.tmp': day,
  // Not used since: decoding anew takes seconds, the room is the user's.
  '.json': 90 * day,
  '.pixels': 90 * day,
  '.masks': 90 * day,
};

/** Notes that files of the cache are used, so that they stay. */
export function touch(folder: string, names: readonly string[]): void {
  const now = new Date();
  for (const name of names)
    try {
      utimesSync(join(folder, name), now, now);
    } catch {
      // Another user's, or read-only: it may go sooner than it should, nothing else.
    }
}

/** Removes what nobody has used for long. Files that the cache does not write are left alone. */
export function dropStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const life = lives[extname(name)] ?? Infinity;
    const path = join(folder, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFile() && Date.now() - status.mtimeMs > life) rmSync(path, { force: true });
  }
}
