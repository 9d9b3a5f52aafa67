import type { RunHooks } from '../run/files/index.js';
import type { ResultForm } from './outcome.js';
import { launchOf } from '../run/processes/launch.js';

/**
 * Runs a command's work: shows its events, and asks it to stop at the first Ctrl-C, or where the work itself calls what it is given
 * beside the hooks.
 *
 * @param form `json`: standard output is for the result alone; `details`: every event
 */
export async function withProgress<T>(
  work: (hooks: RunHooks, stop: () => void) => Promise<T>,
  { json = false, details = false }: ResultForm = {},
): Promise<T> {
  const { displayOn, showEvents } = await import('./progress.js');
  const { onEvent, end } = showEvents(displayOn(json ? process.stderr : process.stdout), details);
  try {
    return await interruptible((signal, stop) => work({ onEvent, signal }, stop), false);
  } finally {
    end();
  }
}

/** Seconds in which a launcher's signal is the one that the terminal has sent to all processes. */
const sameSignal = 5;

/**
 * Runs work that saves its state when asked to stop: the first Ctrl-C asks, the second ends at once. The work may ask by itself,
 * with what it is given beside the signal.
 *
 * @param quiet says nothing of it
 */
export async function interruptible<T>(
  work: (signal: AbortSignal, stop: () => void) => Promise<T>,
  quiet: boolean,
): Promise<T> {
  const controller = new AbortController();
  const launched = launchOf().id !== '';
  let first = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) stop();
    else if (!launched || performance.now() - first >= sameSignal * 1000) process.exit(130);
  };
  const stop = (): void => {
    if (controller.signal.aborted) return;
    first = performance.now();
    controller.abort();
    if (quiet) return;
    console.error(
      '\nStopping after this step and saving the state. Press Ctrl-C again to stop at once.',
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // An arm in a process of its own, whose comparison is gone.
  const orphaned = (): void => controller.abort();
  process.once('disconnect', orphaned);
  process.channel?.unref();
  try {
    return await work(controller.signal, stop);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.off('disconnect', orphaned);
  }
}
