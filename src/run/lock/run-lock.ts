import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { asFileError, UserError, makeFolder } from '../../core/index.js';
import { holderSchema, isAlive, isHere, ownLockMark, thisProcess, type Holder } from './holder.js';
import { beatSeconds, deadSeconds } from './times.js';

/** The file that says who works in a run folder. */
export const lockFile = 'run.lock';

/** Whether a name in a run folder is the lock, or what taking it leaves for a moment. */
export function isLockFile(name: string): boolean {
  return name === lockFile || name.startsWith(`${lockFile}.`);
}

/** Tries before giving up: in each, another process was quicker. */
const mostTries = 20;

/**
 * The right to work in a run folder, which one process has at a time.
 *
 * If a process on this host dies, its lock is taken over at once. Processes on other hosts cannot be checked; they give
 * a sign of life every quarter of a minute, and count as dead after two minutes without one. All times are the file
 * server's.
 */
export class RunLock {
  private readonly beat: Worker;
  private released = false;

  private constructor(
    private readonly path: string,
    private readonly text: string,
    every: number,
  ) {
    const workerData = { path, text, every };
    this.beat = new Worker(new URL('./beat.js', import.meta.url), { workerData });
    this.beat.unref();
    // Without signs of life the lock still holds against processes of this host.
    this.beat.on('error', () => {});
    process.on('exit', this.onExit);
  }

  /**
   * Takes the lock of a run folder, which is made where it is missing.
   *
   * @param every seconds between signs of life
   * @throws UserError `RUN_IN_USE` where another process has it; `NO_RIGHTS`, `DISK_FULL`
   */
  static take(folder: string, every = beatSeconds): RunLock {
    const token = randomUUID();
    const text = `${JSON.stringify(thisProcess(token), null, 2)}\n`;
    const path = join(folder, lockFile);
    const own = `${path}.${ownLockMark()}.${token}.tmp`;
    try {
      makeFolder(folder);
      for (let i = 0; i < mostTries; i++) {
        // Written anew each time: the lock's time is compared with its time.
        writeFileSync(own, text);
        if (linked(own, path, text)) return new RunLock(path, text, every);
        const found = lookAt(path);
        if (found === undefined) continue;
        const age = ageOf(found, own);
        if (!isDead(found.holder, age)) throw inUse(folder, found.holder, age);
        remove(path, found, own, text);
      }
    } catch (error) {
      throw asFileError(error, folder);
    } finally {
      rmSync(own, { force: true });
    }
    throw inUse(folder, undefined, 0);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    process.off('exit', this.onExit);
    void this.beat.terminate();
    this.unlink();
  }

  private readonly onExit = (): void => this.unlink();

  private unlink(): void {
    try {
      if (readFileSync(this.path, 'utf8') === this.text) rmSync(this.path);
    } catch {
      // Gone already, with its folder perhaps.
    }
  }
}

/** Makes `path` with its whole content at once; false where there is one. */
function linked(own: string, path: string, text: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOSPC' || code === 'EACCES') throw error;
  }
  // A file system without links.
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Found {
  readonly text: string;
  /** Undefined where it is not written whole. */
  readonly holder: Holder | undefined;
  /** Of the last sign, in milliseconds. */
  readonly time: number;
}

/** Undefined where it has just been released. */
function lookAt(path: string): Found | undefined {
  try {
    const { mtimeMs: time } = statSync(path);
    const text = readFileSync(path, 'utf8');
    return { text, holder: holderIn(text), time };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isDead(holder: Holder | undefined, age: number): boolean {
  if (holder !== undefined && isHere(holder)) return !isAlive(holder);
  return age > deadSeconds;
}

/**
 * Removes a dead process's lock. Only the process that gets the ticket for this lock may do so; otherwise, one that has
 * looked too early could remove the lock of the next holder. A ticket whose holder has died is removed the same way.
 */
function remove(path: string, { text }: Found, own: string, ownText: string): void {
  const ticket = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  if (!linked(own, ticket, ownText)) {
    const other = lookAt(ticket);
    if (other !== undefined && isDead(other.holder, ageOf(other, own)))
      remove(ticket, other, own, ownText);
    return;
  }
  try {
    if (lookAt(path)?.text === text) rmSync(path, { force: true });
  } finally {
    rmSync(ticket, { force: true });
  }
}

/** Seconds since the last sign, by the file server's clock. */
function ageOf({ time }: Found, own: string): number {
  return (statSync(own).mtimeMs - time) / 1000;
}

function inUse(folder: string, holder: Holder | undefined, age: number): UserError {
  const other = 'or choose another folder with --out';
  if (holder === undefined)
    return new UserError('RUN_IN_USE', 'Another process is using this run folder.', {
      where: folder,
      got: `${lockFile}, which is still being written`,
      remedy: `try again in a few minutes, ${other}`,
    });
  const { pid, host, command, since } = holder;
  const here = isHere(holder);
  const sign = here ? '' : `, last seen ${Math.max(0, Math.round(age))} s ago`;
  return new UserError('RUN_IN_USE', 'Another process is using this run folder.', {
    where: folder,
    expected: 'one process at a time',
    got: `process ${pid} on ${host} since ${since}: ${command}${sign}`,
    remedy: here
      ? `wait for it, stop it (kill -INT ${pid}) and continue with --resume, ${other}`
      : `wait for it, ${other}; if it was killed, the folder becomes free ${deadSeconds} s after it was last seen`,
  });
}
