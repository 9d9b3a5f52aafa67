import { EndedElsewhere, Interrupted, UserError } from '../../core/index.js';
import { lostProcess, quitProcess } from '../../tensor/index.js';
import { atEnd } from './at-end.js';
import { ProcessGroup } from './group.js';
import type { Launch } from './launch.js';

/** Milliseconds between two looks whether another process was lost, while this one does work of its own. */
const look = 500;

/**
 * Does work together with the other processes of a launch. Where one fails, all end: process 0 says why, once.
 *
 * @param asked aborted where this process is asked to stop
 * @param work `signal` is aborted also where another process was lost
 * @throws EndedElsewhere in all processes but 0, with the exit code
 */
export async function inProcesses<T>(
  launch: Launch,
  asked: AbortSignal,
  work: (group: ProcessGroup, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const group = await ProcessGroup.join(launch);
  // From now on threads may be left that wait for lost processes.
  atEnd.quit = quitProcess;
  const stop = new AbortController();
  const onAsked = (): void => stop.abort();
  asked.addEventListener('abort', onAsked);
  if (asked.aborted) stop.abort();
  const timer = setInterval(() => {
    if (lostProcess() !== '') stop.abort();
  }, look);
  timer.unref();
  try {
    const result = await work(group, stop.signal);
    await group.leave();
    return result;
  } catch (error) {
    const meaning = group.meaningOf(error);
    const code = exitCodeOf(meaning);
    await group.end(meaning, code);
    throw group.rank === 0 || meaning instanceof EndedElsewhere
      ? meaning
      : new EndedElsewhere(code);
  } finally {
    clearInterval(timer);
    asked.removeEventListener('abort', onAsked);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof EndedElsewhere) return error.exitCode;
  if (error instanceof Interrupted) return 130;
  return error instanceof UserError ? 2 : 1;
}
