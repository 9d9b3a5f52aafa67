import { readFileSync, writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/**
 * A thread's main: writes the lock file anew with its own content, so that its time moves on. In a thread of its
 * own, because a single training step may keep the main one busy for minutes.
 */
const { path, text, every } = workerData as { path: string; text: string; every: number };
setInterval(() => {
  try {
    // By writing and not by utimes: the time is the file server's, whatever this host's clock says.
    if (readFileSync(path, 'utf8') === text) writeFileSync(path, text, { flag: 'r+' });
  } catch {
    // Out of reach for the moment; the next sign may come through.
  }
}, every * 1000);
