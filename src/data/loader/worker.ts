import { parentPort, workerData } from 'node:worker_threads';
import { InternalError } from '../../core/index.js';
import { loadTargets } from '../load-targets.js';
import { Originals } from '../originals.js';
import { PixelStore } from '../pixel-store.js';
import { fillBatch, type LoaderSource } from './fill.js';
import { packError, type Ending, type Job, type Report, type WorkerSetup } from './pool.js';
import { Ring } from './ring.js';

/** A worker thread's main: for each job, claims batch after batch and makes it. */
if (parentPort === null) throw new InternalError('the loader worker must run in a worker thread');
const port = parentPort;
const setup = workerData as WorkerSetup;
const source: LoaderSource = {
  store: new PixelStore(setup.store),
  targets: loadTargets(setup.targets),
  originals: setup.originals && new Originals(setup.originals),
};
const report = (message: Report): void => port.postMessage(message);

port.on('message', (message: Job | Ending) => {
  if ('end' in message) port.close();
  else void work(message);
});

async function work({ id, plan, ring: handle }: Job): Promise<void> {
  const ring = new Ring(handle);
  for (;;) {
    const batch = ring.claim(plan.batches);
    if (batch === undefined) break;
    try {
      await fillBatch(plan, source, ring, batch);
      ring.publish(batch, true);
      report({ type: 'ready', id, batch });
    } catch (error) {
      ring.publish(batch, false);
      report({ type: 'failed', id, batch, error: packError(error) });
    }
  }
  report({ type: 'idle', id });
}
