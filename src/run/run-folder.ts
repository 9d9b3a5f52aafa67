import { appendFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { readRunFile, runFiles, setsFolder, type Manifest, type RunEvent } from './files/index.js';
import { type LearnConfig } from '../config/index.js';
import { asFileError, UserError, writeAtomic } from '../core/index.js';
import { isLockFile, RunLock } from './lock/run-lock.js';

/** A run's folder: all that a run leaves behind. */
export class RunFolder {
  /** Events from before `begin`: a run that fails at its start leaves nothing behind. */
  private pending: string[] | null = [];

  private constructor(
    readonly path: string,
    /** An old run is removed only when the new one is under way, which until then may fail. */
    private readonly replaces: boolean,
  ) {}

  /**
   * Does work in the folder of a new run, or of the one to resume, and keeps other processes out meanwhile.
   *
   * @throws UserError `RUN_EXISTS` where there is a run already, `NOT_A_RUN` where there is something
   * else, `RUN_MISSING` where there is nothing to resume, `RUN_IN_USE` where another process works there
   */
  static async use<T>(
    config: Pick<LearnConfig, 'out' | 'resume' | 'overwrite'>,
    work: (folder: RunFolder) => Promise<T>,
  ): Promise<T> {
    const folder = new RunFolder(config.out, config.overwrite);
    folder.check(config);
    const lock = RunLock.take(config.out);
    try {
      // Another process may have worked here between the check and the lock.
      folder.check(config);
      if (config.resume) folder.pending = null;
      return await work(folder);
    } finally {
      lock.release();
    }
  }

  /** Whether the folder is as the configuration expects it. */
  private check({ out, resume, overwrite }: Pick<LearnConfig, 'out' | 'resume' | 'overwrite'>) {
    const isRun = this.has('config');
    if (resume && !isRun)
      throw new UserError('RUN_MISSING', 'There is no run to go on with.', {
        where: out,
        expected: `a run folder with ${runFiles.config}`,
        remedy: 'name the folder of the interrupted run with --out, or leave --resume out',
      });
    const others = isRun ? [] : listing(out).filter((name) => !isRemains(name));
    if (others.length > 0)
      throw new UserError('NOT_A_RUN', 'The folder for the run holds other things.', {
        where: out,
        got: others.slice(0, 3).join(', ') + (others.length > 3 ? ', ...' : ''),
        remedy: 'choose another place with --out',
      });
    if (isRun && !resume && !overwrite)
      throw new UserError('RUN_EXISTS', 'There is a run in this folder already.', {
        where: out,
        remedy:
          'go on with it by --resume, replace it by --overwrite, or choose another place with --out',
      });
  }

  file(name: keyof typeof runFiles): string {
    return join(this.path, runFiles[name]);
  }

  has(name: keyof typeof runFiles): boolean {
    return existsSync(this.file(name));
  }

  writeJson(name: keyof typeof runFiles, value: unknown): void {
    writeAtomic(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }

  /** The configuration that the run was started with, as `read` understands it. */
  config<C>(read: (path: string) => C): C {
    return read(this.file('config'));
  }

  /** The manifest that the run was started with; null where it has none. @throws UserError `RUN_DAMAGED` */
  manifest<S extends z.ZodType>(schema: S): z.output<S> | null {
    return this.has('manifest') ? readRunFile(this.path, 'manifest', schema) : null;
  }

  /** Adds a line to `events.jsonl`; `progress` is not kept. */
  log(event: RunEvent): void {
    if (event.type === 'progress') return;
    const line = `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`;
    if (this.pending === null) this.append(line);
    else this.pending.push(line);
  }

  /** The run is under way: from here on it can be resumed. Writes what makes a folder a run. */
  begin(config: object, manifest: Manifest): void {
    if (this.replaces) this.clear();
    this.writeJson('manifest', manifest);
    // What `auto` came to is kept: the run goes on in it.
    const { precision } = manifest;
    this.writeJson('config', { ...config, precision, resume: false, overwrite: false });
    const lines = this.pending ?? [];
    this.pending = null;
    this.append(lines.join(''));
  }

  get begun(): boolean {
    return this.pending === null;
  }

  private append(lines: string): void {
    const file = this.file('events');
    const before = existsSync(file) ? statSync(file).size : 0;
    try {
      appendFileSync(file, lines);
    } catch (error) {
      // A full disk may have cut the line short; the next one would be joined to it.
      if (existsSync(file)) truncateSync(file, before);
      throw asFileError(error, file);
    }
  }

  /** Removes what a run has written, and nothing else. */
  private clear(): void {
    const folders = ['samples', 'arms', 'logs', 'slurm', setsFolder];
    try {
      for (const name of [...Object.values(runFiles), ...folders])
        rmSync(join(this.path, name), { recursive: true, force: true });
    } catch (error) {
      throw asFileError(error, this.path);
    }
  }
}

/** What is left of a process that died before its run was under way. `begin` writes it anew. */
function isRemains(name: string): boolean {
  return isLockFile(name) || name === runFiles.manifest || /\.json\.\d+\.tmp$/.test(name);
}

function listing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR')
      throw new UserError('NOT_A_RUN', 'The place for the run is a file.', {
        where: path,
        remedy: 'choose another place with --out',
      });
    throw asFileError(error, path);
  }
}
