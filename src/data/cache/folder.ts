import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { isLeftBehind, sweepTemporary } from '../../core/index.js';
import { isOutput } from '../run-output.js';
import type { DatasetOptions } from '../listing.js';

/** Raise it whenever decoding or what is kept changes: what older versions left is not used then. */
const version = 7;

/** More files than any data set has: somebody's whole disk. */
const mostFiles = 1_000_000;

/** Where decoded images are kept: SAFE_AUGMENT_CACHE, or safe-augment in the user's cache folder. */
export function cacheFolder(): string {
  const { SAFE_AUGMENT_CACHE: own, XDG_CACHE_HOME: general } = process.env;
  return own || join(general || join(homedir(), '.cache'), 'safe-augment');
}

/**
 * A key over everything that the decoded images depend on, without reading any: name, size and time of
 * every file below the folder (or of the one file that the data are), and how they are read. Undefined where that cannot be told.
 */
export function keyOf(kind: string, root: string, options: DatasetOptions): string | undefined {
  const hash = createHash('sha256');
  const { size, onBadFile = 'error', labels = {} } = options;
  const top = resolve(root);
  const { width, height, fit = 'stretch', reduced = false, earlier = false } = size ?? {};
  hash.update(JSON.stringify([version, kind, top, width, height, onBadFile]));
  if (fit !== 'stretch') hash.update(fit);
  if (reduced) hash.update('reduced');
  if (earlier) hash.update('earlier');
  const { file, fileColumn, labelColumn, splitColumn, groupColumn } = labels;
  const { maskValues, resizeMasks } = labels;
  if (maskValues || resizeMasks) hash.update(JSON.stringify([maskValues, resizeMasks]));
  const named = [file, fileColumn, labelColumn, splitColumn, groupColumn].map(
    (each) => each ?? null,
  );
  if (named.some((each) => each !== null)) hash.update(JSON.stringify(named));
  let count = 0;
  // Links may form circles: no folder is looked at twice.
  const seen = new Set<string>();
  const visit = (folder: string): void => {
    const { dev, ino } = statSync(folder);
    if (seen.has(`${dev} ${ino}`)) return;
    seen.add(`${dev} ${ino}`);
    const entries = readdirSync(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    count += entries.length;
    if (count > mostFiles) return;
    const folders: string[] = [];
    let files = `\n${folder}/`;
    for (const entry of entries) {
      const { name } = entry;
      const path = `${folder}/${name}`;
      const status = entry.isDirectory() ? undefined : statSync(path, { throwIfNoEntry: false });
      if (status === undefined || status.isDirectory()) folders.push(path);
      else files += `\n${name} ${status.size} ${status.mtimeMs} ${status.ino}`;
    }
    // All of a folder at once: a hundred thousand calls would take longer than the hashing.
    hash.update(files);
    for (const path of folders) if (!isOutput(path)) visit(path);
  };
  /** A file that need not lie below the folder. */
  const look = (path: string): void => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status) hash.update(`\n${path} ${status.size} ${status.mtimeMs} ${status.ino}`);
  };
  try {
    if (statSync(top).isFile()) look(top);
    else visit(top);
    if (file) for (const path of [resolve(root, file), resolve(file)]) look(path);
  } catch {
    // What may not be looked at may change unseen.
    return undefined;
  }
  return count > mostFiles ? undefined : hash.digest('hex');
}

const day = 24 * 3600 * 1000;

/** Milliseconds after which a file of the cache goes, by the end of its name. */
const lives: Readonly<Record<string, number>> = {
  // Unfinished, of a process that cannot be checked from here.
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

/** Removes what killed processes of this machine left, which may be gigabytes. */
export function dropLeftBehind(folder: string): void {
  sweepTemporary(folder);
  try {
    for (const name of readdirSync(folder))
      if (extname(name) === '.tmp' && isLeftBehind(name))
        rmSync(join(folder, name), { force: true });
  } catch {
    // Not there, or another user's: decoding needs no cache.
  }
}
