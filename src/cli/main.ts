import { CommanderError } from 'commander';
import { UserError } from '../core/index.js';
import { program } from './program.js';

/** Exit codes: done, a bug of ours, the user's mistake, interrupted with the state saved. */
export const exitCodes = { done: 0, internal: 1, user: 2, interrupted: 130 } as const;

/**
 * Runs the command line.
 *
 * @param args without node and script, e.g. `['learn', 'photos']`
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  process.stdout.on('error', ignoreClosedPipe);
  try {
    await program().parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    return report(error);
  }
}

/** `... | head` stops reading: no reason to stop a run, nor to complain. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function report(error: unknown): number {
  // Commander has printed its message (or the help asked for) already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.user;
  if (isInterrupted(error)) {
    const how = `Go on with: safe-augment ${error.command} --resume --out ${error.out}`;
    console.error(error.out === undefined ? 'Interrupted.' : `Interrupted; state saved. ${how}`);
    return exitCodes.interrupted;
  }
  if (error instanceof UserError) {
    console.error(`error: ${error.message}`);
    return exitCodes.user;
  }
  console.error('This is a bug in safe-augment; please report it with what follows.');
  console.error(error);
  return exitCodes.internal;
}

/** By name: its class comes with the configuration's schemas, which `--help` does not load. */
function isInterrupted(error: unknown): error is Error & { out?: string; command: string } {
  return error instanceof Error && error.name === 'Interrupted';
}
