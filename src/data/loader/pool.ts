import { Worker } from 'node:worker_threads';
import { InternalError, UserError, type Problem } from '../../core/index.js';
import type { OriginalsHandle } from '../originals.js';
import type { PixelStoreHandle } from '../pixel-store.js';
import type { TargetsHandle } from '../targets.js';
import type { EpochPlan } from './plan.js';
import type { RingHandle } from './ring.js';

/** Given to a worker at its start. */
export interface WorkerSetup {
  readonly store: PixelStoreHandle;
  readonly targets: TargetsHandle;
  readonly originals?: OriginalsHandle;
}

/** To a worker: make batches of this epoch until none is left. */
export interface Job {
  readonly id: number;
  readonly plan: EpochPlan;
  readonly ring: RingHandle;
}

/** To a worker: end, once the job is over. */
export interface Ending {
  readonly end: true;
}

/** Milliseconds that a worker has to end by itself. */
const patience = 5000;

/** From a worker. `ready` and `failed` name a batch; `idle` ends its part in the job. */
export type Report =
  | { readonly type: 'ready'; readonly id: number; readonly batch: number }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly batch: number;
      readonly error: PackedError;
    }
  | { readonly type: 'idle'; readonly id: number };

/**
 * The loader's worker threads. They don't keep the process alive but while somebody waits for them.
 */
export class WorkerPool {
  private readonly workers: Worker[];
  private readonly waiters = new Set<() => void>();
  private readonly errors = new Map<number, Error>();
  private jobId = 0;
  private working = 0;
  private failure: Error | undefined;
  private closing = false;

  constructor(count: number, setup: WorkerSetup) {
    this.workers = Array.from({ length: count }, () => this.start(setup));
  }

  /** Gives all workers the epoch. The job before must be over: `await idle()`. */
  run(job: Omit<Job, 'id'>): void {
    if (this.working > 0) throw new InternalError('WorkerPool: the previous job has not finished');
    this.jobId++;
    this.errors.clear();
    this.working = this.workers.length;
    for (const worker of this.workers) worker.postMessage({ ...job, id: this.jobId });
  }

  /** Resolves when no worker is at work. */
  async idle(): Promise<void> {
    while (this.working > 0 && this.failure === undefined) await this.news();
  }

  /** The error that batch `b` of the present job ended with, as it was thrown. */
  async errorOf(b: number): Promise<Error> {
    for (;;) {
      const error = this.errors.get(b) ?? this.failure;
      if (error) return error;
      await this.news();
    }
  }

  /** @throws the error that ended a worker thread, if one has ended */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Resolves at the next report, failure or end of a worker. */
  news(): Promise<void> {
    if (this.failure || this.closing) return Promise.resolve();
    for (const worker of this.workers) worker.ref();
    return new Promise((resolve) => this.waiters.add(resolve));
  }

  async close(): Promise<void> {
    this.wake();
    this.closing = true;
    this.failure ??= new InternalError('the loader is closed');
    await Promise.all(this.workers.map(endOf));
  }

  private start(setup: WorkerSetup): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: setup,
      // The program's own may not suit a worker: `--input-type` refuses files.
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (report: Report) => this.receive(report));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', (code) => {
      if (!this.closing)
        this.fail(new InternalError(`a loader worker ended unexpectedly (exit code ${code})`));
    });
    return worker;
  }

  private receive(report: Report): void {
    if (report.id !== this.jobId) return;
    if (report.type === 'failed') this.errors.set(report.batch, unpackError(report.error));
    if (report.type === 'idle') this.working--;
    this.wake();
  }

  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new InternalError(String(error));
    this.wake();
  }

  private wake(): void {
    // While closing, the process must stay until the threads have ended.
    if (!this.closing) for (const worker of this.workers) worker.unref();
    const waiting = [...this.waiters];
    this.waiters.clear();
    for (const resolve of waiting) resolve();
  }
}

/** Lets a worker end by itself: terminated at its start, it would leave its file descriptors open. */
async function endOf(worker: Worker): Promise<void> {
  if (worker.threadId < 0) return;
  worker.ref();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ending: Ending = { end: true };
  worker.postMessage(ending);
  const timer = setTimeout(() => void worker.terminate(), patience);
  await ended;
  clearTimeout(timer);
}

/** An error as plain data: structured cloning would keep the message but lose class and fields. */
interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly user?: { code: string; summary: string; problem: Problem };
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  if (!(error instanceof UserError)) return { name, message, stack };
  const { code, summary, problem } = error;
  return { name, message, stack, user: { code, summary, problem } };
}

function unpackError(packed: PackedError): Error {
  let error: Error;
  if (packed.user) {
    error = new UserError(packed.user.code, packed.user.summary, packed.user.problem);
  } else if (packed.name === 'InternalError') {
    error = new InternalError(packed.message);
  } else {
    error = new Error(packed.message);
    error.name = packed.name;
  }
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}
