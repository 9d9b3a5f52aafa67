import { UserError } from '../../core/index.js';

/** How this process was started, and with which others. */
export interface Launch {
  /** This process, from 0, and how many there are. */
  readonly rank: number;
  readonly size: number;
  /** The same among those of this host. */
  readonly localRank: number;
  readonly localSize: number;
  /** Cores that it was given; undefined: an equal part of the host's. */
  readonly cores?: number;
  /** Where they meet: process 0's host, and a port that it may open. */
  readonly host: string;
  readonly port: number;
  /** Starts before this one that failed. */
  readonly restarts: number;
  /** Names the launch, with all its restarts; '' where nothing does. */
  readonly id: string;
}

/** What variables of the environment say. */
type Variables = Readonly<Record<string, string | undefined>>;

/** A process that nobody else started. */
const alone: Launch = {
  ...{ rank: 0, size: 1, localRank: 0, localSize: 1 },
  ...{ host: '127.0.0.1', port: 0, restarts: 0, id: '' },
};

/** torchrun keeps MASTER_PORT for its own store, which speaks the language of its own version: ours lies so far above. */
const beside = 1000;
const mostPort = 65535;
/** Ports of jobs under Slurm, where none is set: outside of those that systems give away by themselves. */
const slurmPorts = { first: 20000, count: 10000 };

/**
 * How this process was started: by torchrun or whatever sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, by srun, or
 * alone.
 *
 * @throws UserError `PROCESSES_START` where these contradict each other, or some are missing
 */
export function launchOf(env: Variables = process.env): Launch {
  if (env.WORLD_SIZE !== undefined && env.RANK !== undefined) return launchOfTorchrun(env);
  // A batch script has SLURM_NTASKS and SLURM_PROCID too; of a step's tasks alone there are several.
  if (Number(env.SLURM_STEP_NUM_TASKS ?? 1) > 1) return launchOfSlurm(env);
  return { ...alone, restarts: Number(env.SLURM_RESTART_COUNT ?? 0), id: slurmId(env) };
}

function launchOfTorchrun(env: Variables): Launch {
  const size = wholeIn(env, 'WORLD_SIZE', 1);
  const rank = wholeIn(env, 'RANK', 0);
  if (rank >= size)
    throw contradiction(`RANK below WORLD_SIZE`, `RANK=${rank}, WORLD_SIZE=${size}`);
  const restarts =
    env.TORCHELASTIC_RESTART_COUNT === undefined
      ? 0
      : wholeIn(env, 'TORCHELASTIC_RESTART_COUNT', 0);
  // The folder of the agent's files is its own; below it, each start has one.
  const files = env.TORCHELASTIC_ERROR_FILE?.replace(/\/attempt_\d+\/.*/, '') ?? '';
  const id = [env.TORCHELASTIC_RUN_ID ?? '', files].filter((part) => part !== '').join(' ');
  if (size === 1) return { ...alone, restarts, id };
  const { MASTER_ADDR: host } = env;
  if (host === undefined || host === '')
    throw contradiction('MASTER_ADDR and MASTER_PORT beside RANK and WORLD_SIZE', 'no MASTER_ADDR');
  const port = wholeIn(env, 'MASTER_PORT', 1);
  const taken = env.TORCHELASTIC_USE_AGENT_STORE === 'True';
  return {
    ...{ rank, size, host, restarts, id },
    localRank: env.LOCAL_RANK === undefined ? rank : wholeIn(env, 'LOCAL_RANK', 0),
    localSize: env.LOCAL_WORLD_SIZE === undefined ? size : wholeIn(env, 'LOCAL_WORLD_SIZE', 1),
    port: taken ? portBeside(port) : port,
  };
}

function launchOfSlurm(env: Variables): Launch {
  const size = wholeIn(env, 'SLURM_STEP_NUM_TASKS', 1);
  const nodes = env.SLURM_STEP_NODELIST ?? env.SLURM_JOB_NODELIST ?? '';
  const job = Number(env.SLURM_JOB_ID ?? 0);
  const step = Number(env.SLURM_STEP_ID ?? 0);
  const place = (job * 31 + step) % slurmPorts.count;
  return {
    size,
    rank: wholeIn(env, 'SLURM_PROCID', 0),
    localRank: wholeIn(env, 'SLURM_LOCALID', 0),
    localSize:
      tasksHere(env.SLURM_STEP_TASKS_PER_NODE ?? '', Number(env.SLURM_NODEID ?? 0)) ?? size,
    host: env.MASTER_ADDR ?? firstNode(nodes),
    port: env.MASTER_PORT === undefined ? slurmPorts.first + place : wholeIn(env, 'MASTER_PORT', 1),
    cores:
      env.SLURM_CPUS_PER_TASK === undefined ? undefined : wholeIn(env, 'SLURM_CPUS_PER_TASK', 1),
    restarts: Number(env.SLURM_RESTART_COUNT ?? 0),
    id: slurmId(env),
  };
}

/** A job keeps its number where it is queued again. */
function slurmId({ SLURM_JOB_ID: job, SLURM_CLUSTER_NAME: cluster = '' }: Variables): string {
  return job === undefined ? '' : `slurm ${cluster} ${job}`.replace('  ', ' ');
}

/** The first of `gpu[03-05,9],login`: `gpu03`. */
export function firstNode(list: string): string {
  const [, prefix, range] = /^([^,[]*)(?:\[([^\]]*)\])?/.exec(list) ?? [];
  if (prefix === undefined || (prefix === '' && range === undefined))
    throw contradiction('SLURM_STEP_NODELIST with a node', JSON.stringify(list));
  return range === undefined ? prefix : prefix + range.split(/[,-]/)[0];
}

/** Of `2(x3),1` the number of a node, from 0: three nodes with two tasks, then one with one. */
export function tasksHere(list: string, node: number): number | undefined {
  let nodes = 0;
  for (const part of list.split(',')) {
    const [, tasks, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    if (tasks === undefined) return undefined;
    nodes += Number(times);
    if (node < nodes) return Number(tasks);
  }
  return undefined;
}

const portBeside = (port: number): number =>
  port + beside <= mostPort ? port + beside : port - beside;

function wholeIn(env: Variables, name: string, least: number): number {
  const text = env[name];
  const value = Number(text);
  if (text !== undefined && text.trim() !== '' && Number.isInteger(value) && value >= least)
    return value;
  throw contradiction(`${name}, a whole number of at least ${least}`, text ?? `no ${name}`);
}

function contradiction(expected: string, got: string): UserError {
  return new UserError('PROCESSES_START', 'The environment of several processes is incomplete.', {
    where: 'environment',
    expected,
    got,
    remedy:
      'start with torchrun --no-python or srun, or unset RANK and WORLD_SIZE to run one process',
  });
}
