import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../../core/index.js';

const execute = promisify(execFile);

/** Runs one of Slurm's commands. @throws UserError `SLURM_MISSING`, `SLURM_REFUSED` */
export async function runSlurm(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, [...args]);
    return stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT')
      throw new UserError('SLURM_MISSING', 'Slurm is not installed here.', {
        where: '--engine slurm',
        expected: `${program} on the PATH`,
        got: 'no such program',
        remedy: 'start from a login node of the cluster, or leave --engine out',
      });
    throw new UserError(
      'SLURM_REFUSED',
      `Slurm refuses ${program}.`,
      {
        where: [program, ...args].join(' '),
        got: stderr?.trim() || String(code),
        remedy: 'check the options in slurm.options (--set slurm.options=\'["--partition=gpu"]\')',
      },
      { cause: error },
    );
  }
}

/** A job that is still in the queue: `JOB_INDEX` and what Slurm says of it. */
export interface QueuedJob {
  readonly job: string;
  readonly state: string;
  readonly reason: string;
}

/** Jobs of this user that have not ended: waiting, running, held or being requeued. */
export async function queuedJobs(): Promise<Map<string, QueuedJob>> {
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
