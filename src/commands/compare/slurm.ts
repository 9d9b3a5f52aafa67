import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type CompareConfig } from '../../config/index.js';
import { Interrupted, UserError, writeAtomic, makeFolder } from '../../core/index.js';
import type { ArmTask } from './arms.js';
import { reasonOf } from './child-process.js';
import { armCommand, Queue, type Launcher } from './launcher.js';
import { isDone } from './train-arm.js';

/** A training's job; kept in `slurm/jobs.json`, so that a resumed comparison finds it. */
const submittedSchema = z.object({
  /** `JOB_INDEX`, as squeue prints it. */
  job: z.string(),
  /** How often it has been submitted. */
  attempts: z.int(),
});

type Submitted = z.infer<typeof submittedSchema>;

/** Seconds before the time limit at which a job is asked to save its state. */
const graceSeconds = 60;

/** Slurm has given up such a job, though it is still in the queue. */
const heldForGood = /launch failed requeued held/i;

/**
 * Trains arms as array jobs of Slurm, as soon as each may begin. Results are collected from the shared run folder. A job
 * that has left the queue without a result has failed; it is submitted again and goes on from its checkpoint. Jobs that
 * Slurm itself requeues are left to it.
 *
 * An interrupted comparison leaves its jobs in the queue and finds them again when it is resumed.
 *
 * @throws UserError `SLURM_MISSING`, `SLURM_REFUSED`
 */
export const slurm: Launcher = async ({ config, tasks, hooks, done, failed }) => {
  const queue = new Queue(tasks, failed);
  const jobs = new JobList(config);
  const watched = new Map<string, ArmTask>();
  for (;;) {
    const ready: ArmTask[] = [];
    for (let task = queue.take(); task !== undefined; task = queue.take()) {
      if (jobs.of(task) === undefined) ready.push(task);
      watched.set(task.id, task);
    }
    await jobs.submit(ready);
    if (watched.size === 0) return;
    try {
      await sleep(config.slurm.poll * 1000, undefined, { signal: hooks.signal });
    } catch {
      throw new Interrupted(config.out, 'compare');
    }
    const queued = await queuedJobs();
    const again: ArmTask[] = [];
    for (const task of watched.values()) {
      const job = queued.get(jobs.of(task)?.job ?? '');
      if (isDone(task)) {
        queue.finish(task);
        done(task);
      } else if (job !== undefined && !heldForGood.test(job.reason)) continue;
      else if (jobs.attemptsOf(task) <= config.slurm.retries) {
        await cancel(job);
        again.push(task);
        continue;
      } else queue.fail(task, reasonOf(jobs.logOf(task)));
      watched.delete(task.id);
    }
    await jobs.submit(again);
  }
};

async function cancel(job: QueuedJob | undefined): Promise<void> {
  if (job !== undefined) await runSlurm('scancel', [job.job]);
}

/** The jobs of a comparison, kept in its folder `slurm/`. */
class JobList {
  private readonly folder: string;
  private readonly submitted: Record<string, Submitted>;

  constructor(private readonly config: CompareConfig) {
    this.folder = join(resolve(config.out), 'slurm');
    makeFolder(this.folder);
    this.submitted = existsSync(this.file) ? readJobs(this.file) : {};
  }

  of(task: ArmTask): Submitted | undefined {
    return this.submitted[task.id];
  }

  attemptsOf(task: ArmTask): number {
    return this.of(task)?.attempts ?? 0;
  }

  /** The log of the task's last job. */
  logOf(task: ArmTask): string {
    return join(this.folder, `${this.of(task)?.job ?? 'none'}.log`);
  }

  /** Submits trainings as one array. */
  async submit(tasks: readonly ArmTask[]): Promise<void> {
    if (tasks.length === 0) return;
    const { config, folder } = this;
    const number = Object.values(this.submitted).reduce((n, { attempts }) => n + attempts, 0);
    const list = join(folder, `tasks-${number}.txt`);
    writeAtomic(list, tasks.map((task) => `${task.id}\n`).join(''));
    const script = join(folder, 'job.sh');
    writeAtomic(script, jobScript(config));
    const atOnce = config.jobs > 1 ? `%${config.jobs}` : '';
    const answer = await runSlurm('sbatch', [
      '--parsable',
      '--job-name=safe-augment',
      `--array=0-${tasks.length - 1}${atOnce}`,
      '--requeue',
      '--open-mode=append',
      `--output=${join(folder, '%A_%a.log')}`,
      `--signal=B:TERM@${graceSeconds}`,
      ...config.slurm.options,
      script,
      list,
    ]);
    // JOB, or JOB;CLUSTER.
    const job = answer.trim().split(';')[0];
    tasks.forEach((task, i) => {
      this.submitted[task.id] = { job: `${job}_${i}`, attempts: this.attemptsOf(task) + 1 };
    });
    writeAtomic(this.file, `${JSON.stringify(this.submitted, null, 2)}\n`);
  }

  private get file(): string {
    return join(this.folder, 'jobs.json');
  }
}

/** @throws UserError `RUN_DAMAGED` */
function readJobs(file: string): Record<string, Submitted> {
  try {
    return z.record(z.string(), submittedSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const remedy = 'remove it: trainings that have not ended are then submitted again';
    throw new UserError(
      'RUN_DAMAGED',
      'The list of Slurm jobs is damaged.',
      { where: file, remedy },
      { cause },
    );
  }
}

/** What every job of the array runs: the training in its line of the list. */
function jobScript(config: CompareConfig): string {
  const command = armCommand(config.out, '')
    .slice(0, -1)
    .map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
    .join(' ');
  return `#!/bin/bash
task=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$1")
exec ${command} "$task"
`;
}

const execute = promisify(execFile);

/** Runs one of Slurm's commands. @throws UserError `SLURM_MISSING`, `SLURM_REFUSED` */
async function runSlurm(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, [...args]);
    return stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT')
      throw new UserError('SLURM_MISSING', 'Slurm is not installed here.', {
        where: '--engine slurm',
        expected: `${program} on the PATH`,
        got: 'not found',
        remedy: 'run this on a login node of the cluster, or omit --engine',
      });
    throw new UserError(
      'SLURM_REFUSED',
      `Slurm rejected ${program}.`,
      {
        where: [program, ...args].join(' '),
        got: stderr?.trim() || String(code),
        remedy: 'check the options in slurm.options (--set slurm.options=\'["--partition=gpu"]\')',
      },
      { cause: error },
    );
  }
}

/** A job in the queue: `JOB_INDEX` with its state and the reason for it. */
interface QueuedJob {
  readonly job: string;
  readonly state: string;
  readonly reason: string;
}

/** Jobs of this user that have not ended: waiting, running, held or being requeued. */
async function queuedJobs(): Promise<Map<string, QueuedJob>> {
  const text = await runSlurm('squeue', ['--me', '--noheader', '--array', '--format=%i|%T|%r']);
  return new Map(
    text
      .split('\n')
      .filter((line) => line.includes('|'))
      .map((line) => {
        const [job, state, reason] = line.trim().split('|');
        return [job, { job, state, reason }];
      }),
  );
}
