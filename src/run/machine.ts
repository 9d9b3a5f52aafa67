import { availableParallelism, totalmem } from 'node:os';
import type { LearnConfig } from '../config/index.js';
import { UserError } from '../core/index.js';
import type { Size } from '../image/index.js';
import { defaultThreads, resolveDevice } from '../tensor/index.js';
import type { Manifest, RunHooks } from './files/index.js';
import { launchOf } from './processes/launch.js';

const devices = ['cpu', 'cuda', 'mps'] as const;

type Machine = Pick<LearnConfig, 'threads' | 'device'>;

/** What a run computes with, settled: both decide its numbers in their last bits, and with them its results. */
export type OnMachine<C> = C & { readonly threads: number; readonly device: SettledDevice };

type SettledDevice = Exclude<LearnConfig['device'], 'auto'>;

/**
 * Settles threads and device for the run as a whole: `auto` is resolved once, when the run begins, and kept.
 *
 * @param started the manifest of the run that is resumed, whose threads and device are kept on any machine; null: a
 *   new run, which takes no more threads than there are cores
 * @throws UserError where the device is not there
 */
export function settleMachine<C extends Machine>(
  config: C,
  hooks: RunHooks,
  started: { readonly threads: number; readonly hardware: { readonly device: string } } | null,
): OnMachine<C> {
  const threads =
    started === null ? newThreads(config, hooks) : keptThreads(config, hooks, started);
  const wanted = config.device === 'auto' ? (started?.hardware.device ?? 'auto') : config.device;
  const device = devices.find((name) => name === resolveDevice(wanted)) ?? 'cpu';
  return { ...config, threads, device };
}

/** The same for a training of a comparison, which has settled the number of threads for all of them. */
export function keepMachine<C extends Machine>(config: C, hooks: RunHooks): OnMachine<C> {
  const threads = config.threads === 'auto' ? usualThreads() : config.threads;
  const started = { threads, hardware: { device: config.device } };
  return settleMachine(config, hooks, started);
}

/** One a core; where several processes share the host, as many as come to each. */
function usualThreads(): number {
  const { localSize, cores = Math.floor(defaultThreads() / localSize) } = launchOf();
  return Math.max(1, Math.min(defaultThreads(), cores));
}

function newThreads({ threads }: Machine, hooks: RunHooks): number {
  if (threads === 'auto') return usualThreads();
  const cores = availableParallelism();
  if (threads <= cores) return threads;
  warn(
    hooks,
    `${threads} threads on ${cores} ${coresText(cores)} would only wait for each other: the run uses ${cores}`,
  );
  return cores;
}

function keptThreads(
  { threads: wanted }: Machine,
  hooks: RunHooks,
  started: Pick<Manifest, 'threads'>,
): number {
  const threads = wanted === 'auto' ? started.threads : wanted;
  const cores = availableParallelism();
  if (threads > cores)
    warn(
      hooks,
      `the run was started with ${threads} threads, and this machine has ${cores} ${coresText(cores)}: it keeps ${threads}, because another number would change its results, and is slower here`,
    );
  return threads;
}

const coresText = (cores: number): string => (cores === 1 ? 'core' : 'cores');

function warn(hooks: RunHooks, message: string): void {
  hooks.onEvent({ type: 'warning', code: 'THREADS', message });
}

/** Bytes a pixel of its input that a training step of every network takes at least; efficientnet-lite0 takes five times as many (docs/decisions/075-memory.md). */
const leastBytes = 500;
const usualBytes = 2400;
/** Sides of a proposed size are multiples of this. */
const sizeStep = 32;

/**
 * Refuses images of which no training step can fit into this machine, before hours are spent on it. What is a closer call is
 * left to the allocation itself, which fails before the system ends the process.
 *
 * @param batch images of a step
 * @param memory of the machine or of the control group around this process, in bytes
 * @throws UserError `MEMORY_FULL`
 */
export function requireMemory(
  { device }: Pick<OnMachine<unknown>, 'device'>,
  { width, height }: Size,
  batch: number,
  memory = Math.min(totalmem(), process.constrainedMemory() || Infinity),
): void {
  const needed = batch * width * height * leastBytes;
  if (device !== 'cpu' || needed <= memory) return;
  const side = Math.sqrt(memory / 2 / usualBytes / batch);
  const fitting = Math.max(sizeStep, sizeStep * Math.floor(side / sizeStep));
  throw new UserError('MEMORY_FULL', 'The images are too large for this machine.', {
    where: `${height}x${width} px, ${batch} images a step`,
    expected: `at most ${gigabytes(memory)} of memory for a step`,
    got: `at least ${gigabytes(needed)}`,
    remedy: `choose a smaller size, such as --size ${fitting}${batch > 4 ? ', or a smaller --batch' : ''}`,
  });
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toPrecision(2)} GB`;
