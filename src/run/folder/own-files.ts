import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readRegularFile } from '../../core/index.js';
import { mostFolds } from '../../config/index.js';
import { checkpointFolder, runFiles, setsFolder } from '../files/index.js';
import { holderSchema, isAlive, isHere, isOfTheDead } from '../lock/holder.js';
import { isLockFile, lockFile, RunLock } from '../lock/run-lock.js';
import { deadSeconds } from '../lock/times.js';

// Which files of a folder are a run's. Everything else in it belongs to somebody, and is never removed.

/** Folders of a run, and the names of the files in each; null: run folders, one in each subfolder. */
const ownFolders: Record<string, RegExp | null> = {
  ...Object.fromEntries(
    Array.from({ length: mostFolds }, (_, fold) => [
      checkpointFolder(fold),
      /^(latest|weights|quarter|best)\.safetensors$/,
    ]),
  ),
  samples: /\.png$/,
  logs: /\.txt$/,
  tracking: /^(events\.out\.tfevents\..+|mlflow\.json)$/,
  slurm: /^(job\.sh|jobs\.json|tasks-\d+\.txt|.+\.log)$/,
  arms: null,
  [setsFolder]: null,
};

const ownNames: readonly string[] = Object.values(runFiles).filter(
  (name) => name !== runFiles.checkpoint,
);

/** What every `config.json` of a run has; settings come and go with versions. */
const configShape = z.looseObject({
  data: z.union([z.string(), z.array(z.string())]),
  seed: z.number(),
  model: z.looseObject({}),
  optimiser: z.looseObject({}),
  augmentations: z.array(z.unknown()),
});

/** And every `manifest.json`. */
const manifestShape = z.looseObject({
  version: z.literal(1),
  command: z.string(),
  versions: z.looseObject({}),
  data: z.looseObject({ fingerprint: z.string() }),
  split: z.looseObject({}),
});

/** What a folder is to a run that is to be made there. */
export type FolderState =
  /** Nothing, or what a process left that died before its run was under way. */
  | { readonly kind: 'free' }
  /** A run of this program. */
  | { readonly kind: 'run' }
  /** A run without its configuration: a process died while it was replacing the run. */
  | { readonly kind: 'remains' }
  /** Something else, by these names. */
  | { readonly kind: 'foreign'; readonly names: readonly string[] };

/** What a folder with these names in it is: known by what its files say, not by their names alone. */
export function stateOf(path: string, names: readonly string[]): FolderState {
  const has = (name: string): boolean => names.includes(name);
  const isOurs = has(runFiles.manifest) && fits(join(path, runFiles.manifest), manifestShape);
  if (has(runFiles.config)) {
    if (isOurs && fits(join(path, runFiles.config), configShape)) return { kind: 'run' };
    return { kind: 'foreign', names };
  }
  const others = names.filter((name) => !isTemporary(name) && !isLockFile(name));
  const left = others.filter((name) => name !== runFiles.manifest);
  if (others.length === 0 || (isOurs && left.length === 0)) return { kind: 'free' };
  const own = (name: string): boolean => ownNames.includes(name) || name in ownFolders;
  return isOurs && left.every(own)
    ? { kind: 'remains' }
    : { kind: 'foreign', names: isOurs ? left : others };
}

function fits(path: string, shape: z.ZodType): boolean {
  try {
    return shape.safeParse(JSON.parse(readRegularFile(path).toString())).success;
  } catch {
    return false;
  }
}

/**
 * Removes what a run has written, and nothing else: files that it does not know stay, and so do the folders that
 * hold them. Links are removed and never followed.
 *
 * The configuration goes first and the manifest last, so that a folder in between is known for what it is.
 */
export function clearRun(path: string): void {
  rmSync(join(path, runFiles.config), { force: true });
  for (const [name, files] of Object.entries(ownFolders)) clearFolder(join(path, name), files);
  for (const name of ownNames) if (name !== runFiles.manifest) removeFile(join(path, name));
  for (const name of namesIn(path)) if (isTemporary(name)) removeFile(join(path, name));
  removeFile(join(path, runFiles.manifest));
}

function clearFolder(path: string, files: RegExp | null): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isSymbolicLink()) return void rmSync(path);
  if (!found.isDirectory()) return;
  for (const name of namesIn(path)) {
    const inner = join(path, name);
    if (files === null) {
      if (!lstatSync(inner).isDirectory()) continue;
      clearRun(inner);
      for (const lock of namesIn(inner)) if (isLockFile(lock)) removeFile(join(inner, lock));
      removeEmpty(inner);
    } else if (files.test(name) || temporary.test(name)) removeFile(inner);
  }
  removeEmpty(path);
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code)))
      throw error;
  }
}

/** A folder of that name is not the run's. */
function removeFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) rmSync(path, { force: true });
}

/** `NAME.PID.tmp`: a file that a process was writing. */
const temporary = /^(.+)\.(\d+)\.tmp$/;

/** Whether a name is that of a run's file, half written. */
function isTemporary(name: string): boolean {
  const [, file] = temporary.exec(name) ?? [];
  return file !== undefined && ownNames.includes(file);
}

/**
 * Removes what processes have left that are dead: half-written files and locks, also in the runs inside this one.
 *
 * Only this host's processes can be seen. The caller has the lock of the folder, or knows that nobody has.
 */
export function sweepRun(path: string): void {
  sweepFiles(path, isTemporary);
  sweepLocks(path);
  for (const [name, files] of Object.entries(ownFolders)) {
    const folder = join(path, name);
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    if (files !== null) sweepFiles(folder, (file) => temporary.test(file));
    else for (const inner of namesIn(folder)) sweepUnlessInUse(join(folder, inner));
  }
}

/** As `sweepRun` for whoever has no lock: does nothing where somebody works there, or where nothing may be written. */
export function sweepUnlessInUse(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  try {
    if (namesIn(path).includes(lockFile)) RunLock.take(path).release();
  } catch {
    return;
  }
  sweepRun(path);
}

function sweepFiles(path: string, isOwn: (name: string) => boolean): void {
  for (const name of namesIn(path)) {
    const pid = Number(temporary.exec(name)?.[2]);
    if (isOwn(name) && pid !== process.pid && !isAlive({ pid, began: '' }))
      removeFile(join(path, name));
  }
}

/** What taking a lock leaves where a process dies meanwhile. The lock itself is taken over by whoever wants it. */
function sweepLocks(path: string): void {
  for (const name of namesIn(path)) {
    if (name === lockFile || !isLockFile(name)) continue;
    const file = join(path, name);
    try {
      const seconds = (Date.now() - lstatSync(file).mtimeMs) / 1000;
      const holder = holderIn(readRegularFile(file).toString());
      // Half-written, it may say by its name alone whose it was.
      const isDead =
        isOfTheDead(name) ||
        (holder !== undefined && isHere(holder) ? !isAlive(holder) : seconds > deadSeconds);
      if (isDead) removeFile(file);
    } catch {
      // Gone already.
    }
  }
}

function holderIn(text: string) {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
