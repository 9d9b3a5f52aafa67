import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Stands for this machine, or container, in names: processes of others cannot be checked from here. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A mark for the names of temporary files and folders: whose they are, `PID-HOST`. */
export function ownMark(): string {
  return `${process.pid}-${host}`;
}

/** Whether a name bears the mark of a process on this machine that has ended. */
export function isLeftBehind(name: string): boolean {
  const [, pid, where] = /(?:^|[^0-9a-f])(\d+)-([0-9a-f]{8})(?![0-9a-f])/.exec(name) ?? [];
  return where === host && hasEnded(Number(pid));
}

/**
 * Removes what `writeAtomic` left in a folder when its process was killed.
 *
 * A process of another machine that shares the folder counts as ended: call it only where no other may be writing, or
 * where a write that fails does no harm.
 */
export function sweepTemporary(folder: string): void {
  for (const { name } of halvesIn(folder)) remove(join(folder, name));
}

/** The folder that was listed last, and what was left in it: many files are often written to one folder. */
let listed: { readonly folder: string; readonly halves: readonly Half[] } | undefined;

/** Removes what `writeAtomic` left of this very file when its process was killed. */
export function sweepHalves(path: string): void {
  const folder = dirname(path);
  if (listed?.folder !== folder) listed = { folder, halves: halvesIn(folder) };
  for (const { name, of } of listed.halves) if (of === basename(path)) remove(join(folder, name));
}

/** A half-written file of a process that has ended, and the file that it was to become. */
interface Half {
  readonly name: string;
  readonly of: string;
}

function halvesIn(folder: string): Half[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const [, of, pid] = /^(.*)\.(\d+)\.tmp$/s.exec(name) ?? [];
    return of !== undefined && hasEnded(Number(pid)) ? [{ name, of }] : [];
  });
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another user's, or a read-only disk.
  }
}

function hasEnded(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: somebody else's process, but it runs.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
