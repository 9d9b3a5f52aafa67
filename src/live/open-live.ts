import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { UserError } from '../core/index.js';
import { readEvents, type EventLine, type RunEvent, type RunHooks } from '../run/files/index.js';
import type { RunEnding, FromPage, PageThreadData, ToPage, WatchedRun } from './thread-messages.js';

/** A run's live page, served while the run goes on. Nothing that happens to it reaches the run. */
export interface LivePage {
  /** `http://127.0.0.1:PORT/TOKEN/` */
  readonly address: string;
  /** Says what is watched. */
  describe(run: Omit<WatchedRun, 'earlier'>, resumed: boolean): void;
  /** A run's hooks whose events the page shows too. @param stop what the page's button does: the first Ctrl-C */
  watching(hooks: RunHooks, stop: () => void): RunHooks;
  /** Tells the pages that are open, gives them time to load the report, and closes. */
  close(ending: RunEnding): Promise<void>;
}

/** Milliseconds between two signs of progress that the page is told of. */
const progressEvery = 200;
/** Milliseconds after which a page that cannot be served is left behind. */
const longestGoodbye = { report: 8000, stopped: 1500, failed: 1500 } as const;

/**
 * Serves a run's live page on this machine alone, at an address with a random token, from a thread of its own: a step of the
 * training may keep the main one busy for seconds.
 *
 * @param port 0: any that is free
 * @throws UserError `LIVE_PORT` where nothing can be served at this port
 */
export async function openLive(port: number): Promise<LivePage> {
  const token = randomBytes(16).toString('base64url');
  const workerData: PageThreadData = { port, token };
  const thread = new Worker(new URL('./page-thread.js', import.meta.url), { workerData });
  const opened = await firstWordOf(thread, port);
  let isGone = false;
  let onStop = (): void => {};
  let onServed = (): void => {};
  const lost = (): void => {
    isGone = true;
    onServed();
  };
  thread.on('error', (error) => {
    console.error(`warning: the live page has failed: ${error.message}; the run goes on`);
    lost();
  });
  thread.on('exit', lost);
  thread.on('message', (message: FromPage) => {
    if (message.kind === 'stop') onStop();
    else if (message.kind === 'served') onServed();
  });
  const tell = (message: ToPage): void => {
    if (isGone) return;
    try {
      thread.postMessage(message);
    } catch {
      // What cannot be copied to the thread is not shown.
    }
  };
  let lastProgress = 0;
  return {
    address: `http://127.0.0.1:${opened}/${token}/`,
    describe(run, resumed) {
      tell({ kind: 'run', run: { ...run, earlier: resumed ? earlierEvents(run.out) : [] } });
    },
    watching({ onEvent, signal }, stop) {
      onStop = stop;
      signal.addEventListener('abort', () => tell({ kind: 'stopping' }), { once: true });
      const show = (event: RunEvent): void => {
        if (event.type === 'progress') {
          const now = performance.now();
          if (now - lastProgress < progressEvery) return;
          lastProgress = now;
        }
        tell({ kind: 'event', event: { time: new Date().toISOString(), ...event } });
      };
      return {
        signal,
        onEvent(event) {
          onEvent(event);
          show(event);
        },
      };
    },
    async close(ending) {
      if (!isGone) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          onServed = resolve;
          timer = setTimeout(resolve, longestGoodbye[ending.kind]);
          tell({ kind: 'ending', ending });
        });
        clearTimeout(timer);
      }
      isGone = true;
      await thread.terminate();
    },
  };
}

/** The port that the thread listens on. */
function firstWordOf(thread: Worker, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      void thread.terminate();
      reject(error);
    };
    thread.once('error', fail);
    thread.once('message', (message: FromPage) => {
      thread.off('error', fail);
      if (message.kind === 'listening') resolve(message.port);
      else if (message.kind === 'refused') fail(refusal(port, message.code, message.message));
    });
  });
}

function refusal(port: number, code: string, message: string): UserError {
  const got = reasons[code] ?? message;
  return new UserError('LIVE_PORT', 'The live page cannot be served at this port.', {
    where: `--live ${port}`,
    expected: 'a free port from 1024 to 65535',
    got: `port ${port}: ${got}`,
    remedy: 'choose another port, or --live alone for any that is free',
  });
}

const reasons: Partial<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this user may not open it',
};

/** A damaged file is for the run itself to complain about. */
function earlierEvents(out: string): EventLine[] {
  try {
    return readEvents(out);
  } catch {
    return [];
  }
}
