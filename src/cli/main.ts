import { CommanderError } from 'commander';
import { EndedElsewhere, shellWord, UserError } from '../core/index.js';
import { atEnd } from '../run/processes/at-end.js';
import { launchOf } from '../run/processes/launch.js';
import { CheckFailed } from './check-failed.js';
import { program } from './program.js';

/**
 * Exit codes: done, something that `check` looked for was found, a bug of ours, the user's mistake, interrupted with the
 * state saved.
 */
export const exitCodes = { done: 0, found: 1, internal: 1, user: 2, interrupted: 130 } as const;

/**
 * Runs the command line.
 *
 * @param args without node and script, e.g. `['learn', 'photos']`
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  let unwritten: string | undefined;
  // `... | head` stops reading: no reason to stop a run, nor to complain. A full disk is one to complain, at the end:
  // what the run keeps is in its own folder.
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') unwritten ??= error.code ?? error.message;
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', () => {});
  const silent = isFollower();
  const code = await codeOf(args, silent);
  // What was written last may fail only now.
  await new Promise((resolve) => process.stdout.write('', resolve));
  const last =
    unwritten === undefined || code !== exitCodes.done ? code : reportUnwritten(unwritten);
  atEnd.quit?.(last);
  return last;
}

/** Process 0 of several speaks for all. */
function isFollower(): boolean {
  try {
    return launchOf().rank > 0;
  } catch {
    // What is wrong shows where it matters.
    return false;
  }
}

function reportUnwritten(unwritten: string): number {
  return report(
    new UserError('OUTPUT_FAILED', 'Cannot write to standard output.', {
      got: unwritten === 'ENOSPC' ? 'a full disk' : unwritten,
      remedy: 'free some space, or write somewhere else; files named by options have been written',
    }),
  );
}

async function codeOf(args: readonly string[], silent: boolean): Promise<number> {
  try {
    await program(silent).parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof EndedElsewhere) return error.exitCode;
    if (error instanceof CheckFailed) return exitCodes.found;
    // Process 0 meets it too, unless the two cannot meet.
    const apart = ['PROCESSES_START', 'PROCESSES_PORT'];
    if (silent && error instanceof UserError && !apart.includes(error.code)) return exitCodes.user;
    return report(error);
  }
}

function report(error: unknown): number {
  // Commander has printed its message (or the help asked for) already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.user;
  if (isInterrupted(error)) {
    const { out, command } = error;
    console.error(
      out === undefined
        ? 'Interrupted.'
        : `Interrupted, state saved. Continue with: safe-augment ${command} --resume --out ${shellWord(out)}`,
    );
    return exitCodes.interrupted;
  }
  const known = error instanceof UserError ? error : userErrorOf(error);
  if (known !== undefined) {
    console.error(`error: ${known.message}\n  code:     ${known.code}`);
    return exitCodes.user;
  }
  console.error('This is a bug in safe-augment. Please report it with the details below.');
  console.error(error);
  return exitCodes.internal;
}

/** What the system says in its own words, and any command may meet. */
function userErrorOf(error: unknown): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  if ((error as NodeJS.ErrnoException).syscall === 'uv_cwd')
    return new UserError('NO_DIRECTORY', 'The working directory no longer exists.', {
      remedy: 'change to another directory, such as: cd ~',
    });
  if (/out of memory|Array buffer allocation failed/i.test(error.message))
    return new UserError(
      'MEMORY_FULL',
      'There is not enough memory.',
      {
        got: error.message.split('\n')[0],
        remedy: 'choose a smaller --size, a smaller --batch, or fewer images',
      },
      { cause: error },
    );
  return undefined;
}

/** By name: its class comes with the configuration's schemas, which `--help` does not load. */
function isInterrupted(error: unknown): error is Error & { out?: string; command: string } {
  return error instanceof Error && error.name === 'Interrupted';
}
