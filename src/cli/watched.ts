import { InvalidArgumentError, type Command } from 'commander';
import { shellWord, UserError } from '../core/index.js';
import type { RunEnding, LivePage, WatchedRun } from '../live/index.js';
import type { RunHooks } from '../run/files/index.js';

/** `--live`: at any free port where none is named. */
export type LiveFlag = number | true | undefined;

/** The option of every command whose run can be watched. */
export function liveOption(command: Command): Command {
  return command
    .optionsGroup('Watching:')
    .option('--live [port]', 'show the run in the browser while it goes on', livePort);
}

function livePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError(
      'expected a port from 1 to 65535; put the data before --live, or write --live=PORT.',
    );
  return port;
}

/** The settings of a run that its page names. */
interface DescribedSettings {
  readonly out: string;
  readonly resume: boolean;
  readonly data: string | readonly string[];
  readonly budget: number | null;
}

/** A command's run as it is watched, or not. */
export interface Watch {
  readonly isOn: boolean;
  describe(settings: DescribedSettings): void;
  /** @param stop what the first Ctrl-C does */
  watching(hooks: RunHooks, stop: () => void): RunHooks;
}

const unwatched: Watch = { isOn: false, describe() {}, watching: (hooks) => hooks };

/**
 * Does a command's work, and serves the run's live page meanwhile where it is asked for. How the work ends is shown there too.
 *
 * @param settings undefined where they are known later: `describe` then says them
 * @throws UserError `LIVE_PORT`, and whatever the work throws
 */
export async function watched<T>(
  command: WatchedRun['command'],
  { live, json }: { readonly live?: LiveFlag; readonly json?: boolean },
  settings: DescribedSettings | undefined,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  if (live === undefined) return work(unwatched);
  const { openLive } = await import('../live/index.js');
  const page = await openLive(live === true ? 0 : live);
  const watch = watchOf(command, page);
  if (settings !== undefined) watch.describe(settings);
  (json ? console.error : console.log)(`Live: ${page.address}`);
  let ending: RunEnding = { kind: 'report' };
  try {
    return await work(watch);
  } catch (error) {
    ending = endingOf(error);
    throw error;
  } finally {
    await page.close(ending);
  }
}

function watchOf(command: WatchedRun['command'], page: LivePage): Watch {
  return {
    isOn: true,
    describe({ out, resume, data, budget }) {
      const resumeCommand = `safe-augment ${command} --resume --out ${shellWord(out)}`;
      const sets = typeof data === 'string' ? [data] : data;
      page.describe({ command, out, data: sets, budget, resumeCommand }, resume);
    },
    watching: page.watching,
  };
}

function endingOf(error: unknown): RunEnding {
  if (error instanceof Error && error.name === 'Interrupted')
    return { kind: 'stopped', saved: 'out' in error && error.out !== undefined };
  const message =
    error instanceof UserError ? error.message : 'A bug in safe-augment; the terminal says more.';
  return { kind: 'failed', message };
}
