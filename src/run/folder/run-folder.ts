import {
  appendFileSync,
  existsSync,
  readdirSync,
  rmdirSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  checkpointFolder,
  manifestSchema,
  readEvents,
  readRunFile,
  runFiles,
  type Manifest,
  type RunEvent,
  nothingToResume,
} from '../files/index.js';
import { type LearnConfig } from '../../config/index.js';
import { asFileError, UserError, writeAtomic } from '../../core/index.js';
import { RunLock } from '../lock/run-lock.js';
import { EpochFile } from './epoch-file.js';
import { clearRun, stateOf, sweepRun } from './own-files.js';
import { partsTable, type PartedSet } from '../parts.js';
import { requireOtherPlace, type RunSource } from './sources.js';

/** A run's folder: all that a run leaves behind. */
export class RunFolder {
  /** Events from before `begin`: a run that fails at its start leaves nothing behind. */
  private pending: string[] | null = [];
  private readonly epochs: EpochFile;

  private constructor(
    readonly path: string,
    /** An old run is removed only when the new one is under way, which until then may fail. */
    private readonly replaces: boolean,
  ) {
    this.epochs = new EpochFile(this.file('resultsCsv'));
  }

  /**
   * Does work in the folder of a new run, or of the one to resume, and keeps other processes out meanwhile.
   *
   * @param sources what the run is made from: it must lie elsewhere
   * @throws UserError `RUN_SOURCE`, `RUN_EXISTS` where there is a run already, `NOT_A_RUN` where there is something
   * else, `RUN_MISSING` where there is nothing to resume, `RUN_IN_USE` where another process works there
   */
  static async use<T>(
    config: Pick<LearnConfig, 'out' | 'resume' | 'overwrite'>,
    work: (folder: RunFolder) => Promise<T>,
    sources: readonly RunSource[] = [],
  ): Promise<T> {
    // A run that is resumed was checked when it began.
    if (!config.resume) requireOtherPlace(config.out, sources, config.overwrite);
    const folder = new RunFolder(config.out, config.overwrite);
    folder.check(config);
    const wasThere = existsSync(config.out);
    const lock = RunLock.take(config.out);
    try {
      // Another process may have worked here between the check and the lock.
      folder.check(config);
      sweepRun(config.out);
      if (config.resume) {
        folder.pending = null;
        folder.restoreEpochs();
      }
      return await work(folder);
    } finally {
      lock.release();
      if (!wasThere) removeEmpty(config.out);
    }
  }

  /** Whether the folder is as the configuration expects it. */
  private check({ out, resume, overwrite }: Pick<LearnConfig, 'out' | 'resume' | 'overwrite'>) {
    const names = listing(out);
    if (resume) {
      if (names.includes(runFiles.config)) return;
      throw nothingToResume(out);
    }
    const state = stateOf(out, names);
    if (state.kind === 'foreign') {
      const { names: others } = state;
      throw new UserError('NOT_A_RUN', 'The run folder contains other files.', {
        where: out,
        expected: 'an empty folder, or a run of safe-augment',
        got: others.slice(0, 3).join(', ') + (others.length > 3 ? ', ...' : ''),
        remedy: 'choose another folder with --out',
      });
    }
    if (overwrite || state.kind === 'free') return;
    if (state.kind === 'remains')
      throw new UserError('RUN_EXISTS', 'This folder contains what is left of a run.', {
        where: out,
        got: `its files without ${runFiles.config}`,
        remedy: 'replace it with --overwrite, or choose another folder with --out',
      });
    const goesOn = this.judgedFrom() === undefined ? 'continue it with --resume, ' : '';
    throw new UserError('RUN_EXISTS', 'This folder already contains a run.', {
      where: out,
      remedy: `${goesOn}replace it with --overwrite, or choose another folder with --out`,
    });
  }

  /** The run whose network judged in this one, which was not trained itself and cannot be resumed. */
  private judgedFrom(): string | undefined {
    try {
      const { judgedFrom } = readRunFile(this.path, 'manifest', manifestSchema);
      return typeof judgedFrom === 'string' ? judgedFrom : undefined;
    } catch {
      return undefined;
    }
  }

  file(name: keyof typeof runFiles): string {
    return join(this.path, runFiles[name]);
  }

  /** The folder with the checkpoints of a fold, from 0. */
  checkpoint(fold = 0): string {
    return join(this.path, checkpointFolder(fold));
  }

  has(name: keyof typeof runFiles): boolean {
    return existsSync(this.file(name));
  }

  writeJson(name: keyof typeof runFiles, value: unknown): void {
    writeAtomic(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Keeps which image is in which part; a run that was started by an earlier version gets the file late. */
  writeParts(sets: readonly PartedSet[]): void {
    if (!this.has('parts')) writeAtomic(this.file('parts'), partsTable(sets));
  }

  /** The configuration that the run was started with, as `read` understands it. */
  config<C>(read: (path: string) => C): C {
    return read(this.file('config'));
  }

  /** The manifest that the run was started with; null where it has none. @throws UserError `RUN_DAMAGED` */
  manifest<S extends z.ZodType>(schema: S): z.output<S> | null {
    return this.has('manifest') ? readRunFile(this.path, 'manifest', schema) : null;
  }

  /** Adds a line to `events.jsonl`, and an epoch to `results.csv` too; `progress` is not kept. */
  log(event: RunEvent): void {
    if (event.type === 'progress') return;
    const line = `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`;
    if (this.pending !== null) this.pending.push(line);
    else {
      this.append(line);
      if (event.type === 'epoch') this.epochs.add(event);
    }
  }

  /** Writes `results.csv` from the events that are there; a folder without epochs gets none. */
  restoreEpochs(): void {
    this.epochs.restore(readEvents(this.path));
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

  private clear(): void {
    try {
      clearRun(this.path);
    } catch (error) {
      throw asFileError(error, this.path);
    }
  }

  private append(lines: string): void {
    const file = this.file('events');
    const before = existsSync(file) ? statSync(file).size : 0;
    try {
      appendFileSync(file, lines);
    } catch (error) {
      // A full disk may have cut the line short; the next one would be joined to it.
      if (statSync(file, { throwIfNoEntry: false })?.isFile()) truncateSync(file, before);
      throw asFileError(error, file);
    }
  }
}

function listing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR')
      throw new UserError('NOT_A_RUN', 'The path of the run folder is a file.', {
        where: path,
        remedy: 'choose another folder with --out',
      });
    throw asFileError(error, path);
  }
}

/** A run that is refused leaves no folder behind. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is something in it, or another process was faster.
  }
}
