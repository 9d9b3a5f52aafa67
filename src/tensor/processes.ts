import { TensorError } from './error.js';
import { call } from './native.js';
import { all, apply, h, list } from './op.js';
import type { Tensor } from './tensor.js';

/** Another process has ended, or gives no sign of life: what was computed together cannot be had. */
export class ProcessLost extends Error {
  override readonly name = 'ProcessLost';
  constructor(
    /** What is known of it: what it told at its end, or a sentence. */
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(reason, options);
  }
}

/** Where several processes meet. */
export interface Meeting {
  /** Address or name of process 0's host, and a port of it that nobody uses. */
  readonly host: string;
  readonly port: number;
  /** This process, from 0, among `size`. */
  readonly rank: number;
  readonly size: number;
  /** The same in all of them, and in no others. */
  readonly name: string;
}

/** Whether the engine was built with what several processes need of libtorch. */
export function canJoinProcesses(): boolean {
  return call<boolean>('processesBuilt');
}

/**
 * Opens the store in which processes leave messages (process 0), or connects to it. From now on all look after each other.
 *
 * @throws TensorError where the port is taken, or nobody answers within 10 s
 */
export function joinProcesses({ host, port, rank, size, name }: Meeting): void {
  call('joinProcesses', host, port, rank, size, name);
}

/**
 * Connects every process with every other. All must have joined.
 *
 * @param address by which others reach this process
 * @param networkInterface to be used instead of the one with that address
 */
export function connectProcesses(address: string, networkInterface = ''): void {
  together(() => call('connectProcesses', address, networkInterface));
}

/** What is known of a process that was lost; empty: none was. */
export function lostProcess(): string {
  return call<string>('processesLost');
}

/** Leaves a message for all. @throws ProcessLost */
export function tellProcesses(key: string, text: string): void {
  together(() => call('tellProcesses', key, text));
}

/** The message left under a key; undefined: none so far. @throws ProcessLost */
export function toldProcesses(key: string): string | undefined {
  const [text] = together(() => call<string[]>('toldProcesses', key));
  return text;
}

/**
 * From now on `backwardTogether` averages the gradients of these parameters, which no others may follow.
 *
 * @param overlapping whether they travel while the backward pass runs (the default), or after it, for comparison
 */
export function averageGradients(parameters: readonly Tensor[], overlapping = true): void {
  call('averageGradients', all('averageGradients', parameters, 'parameters'), overlapping);
}

/**
 * The backward pass of all processes: afterwards gradients are those of the mean of their losses.
 *
 * @param loss scalar, of this process's part of the batch
 * @param values as many in every process
 * @returns their means over the processes
 * @throws ProcessLost
 */
export function backwardTogether(loss: Tensor, values: readonly number[]): number[] {
  const handle = h('backwardTogether', loss, 'loss');
  const numbers = list('backwardTogether', values, 'values');
  return together(() => call<number[]>('backwardTogether', handle, numbers));
}

/** Every tensor as process 0 has it, in place; the same shapes in every process. @throws ProcessLost */
export function spreadTensors(tensors: readonly Tensor[]): void {
  const handles = all('spreadTensors', tensors);
  together(() => call('spreadTensors', handles));
}

/** No process is waited for any more, nor waits for this one. */
export function leaveProcesses(): void {
  call('leaveProcesses');
}

/** Ends the process at once: threads that wait for lost processes would not let it end in order. */
export function quitProcess(code: number): void {
  call('quitProcess', code);
}

let normsTogether = false;

/** Whether batch norms in training use the statistics of all processes. Default false: each those of its part of a batch. */
export function setNormsTogether(on: boolean): void {
  normsTogether = on;
}

/** @internal Whether they do. */
export function areNormsTogether(): boolean {
  return normsTogether;
}

/** @internal `batchNorm` in training with the statistics of all processes; running statistics move as there. */
export function batchNormTogether(
  x: Tensor,
  state: { weight: Tensor; bias: Tensor; runningMean: Tensor; runningVar: Tensor },
  { momentum, eps }: { momentum: number; eps: number },
): Tensor {
  const operator = 'batchNormTogether';
  return together(() =>
    apply(
      operator,
      h(operator, x),
      h(operator, state.weight, 'weight'),
      h(operator, state.bias, 'bias'),
      h(operator, state.runningMean, 'runningMean'),
      h(operator, state.runningVar, 'runningVar'),
      momentum,
      eps,
    ),
  );
}

/** Where work fails because a process was lost, it says so. */
function together<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof TensorError ? lostProcess() : '';
    if (reason === '') throw cause;
    throw new ProcessLost(reason, { cause });
  }
}
