import { Worker } from 'node:worker_threads';
import { InternalError } from '../../core/index.js';
import { unpackError, type Job, type Report, type WorkerSetup } from './messages.js';

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
    if (this.working > 0) throw new InternalError('WorkerPool: the job before is not over');
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
    await Promise.all(this.workers.map((worker) => worker.terminate()));
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
