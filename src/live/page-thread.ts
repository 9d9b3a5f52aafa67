import { parentPort, workerData } from 'node:worker_threads';
import { serve } from '@hono/node-server';
import { runFiles } from '../run/files/index.js';
import { liveServer } from './live-server.js';
import { LiveState } from './live-state.js';
import { Newsroom } from './newsroom.js';
import { regionsOf } from './page/regions.js';
import type { FromPage, PageThreadData, ToPage } from './thread-messages.js';

/** Milliseconds between looks for what has changed; time passes in each. */
const lookEvery = 1000;
/** Milliseconds in which several events change the page once. */
const gatherFor = 100;

/** A thread's main: serves the page of a run that the main thread tells of. */
const { port: wanted, token } = workerData as PageThreadData;
let port = 0;
const state = new LiveState();
const newsroom = new Newsroom(() => regionsOf(state, Date.now()));
const say = (message: FromPage): void => parentPort?.postMessage(message);

const { fetch } = liveServer({
  state,
  newsroom,
  token,
  port: () => port,
  onStop: () => say({ kind: 'stop' }),
});
const server = serve(
  { fetch, hostname: '127.0.0.1', port: wanted, overrideGlobalObjects: false },
  (address) => {
    port = address.port;
    say({ kind: 'listening', port });
  },
);
server.on('error', (error: NodeJS.ErrnoException) => {
  if (port === 0) say({ kind: 'refused', code: error.code ?? '', message: error.message });
});

setInterval(() => newsroom.update(), lookEvery);

/** Soon, and once for all that comes until then. */
let soon: NodeJS.Timeout | undefined;
function updateSoon(): void {
  soon ??= setTimeout(() => {
    soon = undefined;
    newsroom.update();
  }, gatherFor);
}

parentPort?.on('message', (message: ToPage) => {
  switch (message.kind) {
    case 'run':
      state.watch(message.run);
      break;
    case 'event':
      state.add(message.event);
      // What happens once is shown at once, what goes on once a second.
      if (message.event.type === 'progress') return;
      break;
    case 'stopping':
      if (state.standing.kind === 'running') state.standing = { kind: 'stopping' };
      break;
    case 'ending':
      state.standing = message.ending;
      void newsroom
        .end(message.ending.kind === 'report' ? runFiles.report : undefined)
        .then(() => say({ kind: 'served' }));
      return;
  }
  updateSoon();
});
