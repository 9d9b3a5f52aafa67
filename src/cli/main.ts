import { CommanderError } from 'commander';
import { EndedElsewhere, shellWord, UserError } from '../core/index.js';
import { atEnd } from '../run/processes/at-end.js';
import { launchOf } from '../run/processes/launch.js';
import { asksForJson, errorAsJson, printJson } from './json.js';
import { EndsWith } from './ends-with.js';
import { program } from './program.js';

/**
 * Exit codes: done, a bug of ours, the user's mistake, interrupted with the state saved. A command that found what it
 * looked for ends with one of its own (`EndsWith`).
 */
export const exitCodes = { done: 0, internal: 1, user: 2, interrupted: 130 } as const;

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
    if (error instanceof EndedElsewhere || error instanceof EndsWith) return error.exitCode;
    // Process 0 meets it too, unless the two cannot meet.
    const apart = ['PROCESSES_START', 'PROCESSES_PORT'];
    if (silent && error instanceof UserError && !apart.includes(error.code)) return exitCodes.user;
    return report(error, asksForJson(args));
  }
}

function report(error: unknown, json = false): number {
  // Commander has printed its message (or the help asked for) already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.user;
  if (isInterrupted(error)) {
    const { out, command } = error;
    const resume =
      out === undefined ? undefined : `safe-augment ${command} --resume --out ${shellWord(out)}`;
    if (json) printJson({ interrupted: { out, resume } });
    console.error(
      resume === undefined ? 'Interrupted.' : `Interrupted, state saved. Continue with: ${resume}`,
    );
    return exitCodes.interrupted;
  }
  const known = error instanceof UserError ? error : userErrorOf(error);
  if (known !== undefined) {
    if (json) printJson(errorAsJson(known));
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
