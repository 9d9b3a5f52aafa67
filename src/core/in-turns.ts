import { setImmediate as nextTurn } from 'node:timers/promises';
import { stopIfAborted } from './interrupted.js';

/** Some hundredths of a second of hashing or counting. */
const bytesPerTurn = 2 ** 24;

/**
 * Visits 0 to count - 1 in order, and lets signals and timers through now and then.
 *
 * @param bytes that a visit goes over
 * @throws Interrupted once `signal` is aborted
 */
export async function inTurns(
  count: number,
  bytes: number,
  visit: (i: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let since = 0;
  for (let i = 0; i < count; i++) {
    visit(i);
    since += bytes;
    if (since < bytesPerTurn) continue;
    since = 0;
    await nextTurn();
    stopIfAborted(signal);
  }
}
