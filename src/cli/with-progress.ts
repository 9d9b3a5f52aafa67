import type { RunHooks } from '../run/files/index.js';
import type { Form } from './outcome.js';
import { launchOf } from '../run/processes/launch.js';

/**
 * Runs a command's work: shows its events, and asks it to stop at the first Ctrl-C.
 *
 * @param form `json`: standard output is for the result alone; `details`: every event
 */
export async function withProgress<T>(
  work: (hooks: RunHooks) => Promise<T>,
  { json = false, details = false }: Form = {},
): Promise<T> {
  const { displayOn, showEvents } = await import('./progress.js');
  const { onEvent, end } = showEvents(displayOn(json ? process.stderr : process.stdout), details);
  try {
    return await interruptible((signal) => work({ onEvent, signal }), false);
  } finally {
    end();
  }
}

/** Seconds in which a launcher's signal is the one that the terminal has sent to all processes. */
const sameSignal = 5;

/**
 * Runs work that saves its state when asked to stop: the first Ctrl-C asks, the second ends at once.
 *
 * @param quiet says nothing of it
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  quiet: boolean,
): Promise<T> {
  const controller = new AbortController();
  const launched = launchOf().id !== '';
  let first = 0;
  const stop = (): void => {
    if (controller.signal.aborted) {
      if (launched && performance.now() - first < sameSignal * 1000) return;
      process.exit(130);
    }
    first = performance.now();
    controller.abort();
    if (quiet) return;
    console.error(
      '\nStopping after this step and saving the state. Press Ctrl-C again to stop at once.',
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // An arm in a process of its own, whose comparison is gone.
  const orphaned = (): void => controller.abort();
  process.once('disconnect', orphaned);
  process.channel?.unref();
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('disconnect', orphaned);
  }
}
