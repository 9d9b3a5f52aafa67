import type { Command } from 'commander';
import type { UserError } from '../core/index.js';

/** Adds `--json`, which every command that prints a result has. */
export function jsonOption(command: Command): Command {
  return command.option('--json', 'print the result as JSON; progress goes to standard error');
}

/** Prints a result as one line of JSON, whatever its form. */
export function printJson(result: object): void {
  console.log(JSON.stringify(result));
}

/** Whether a command line asks for JSON, so that its errors are JSON too. */
export const asksForJson = (args: readonly string[]): boolean => args.includes('--json');

/** A user's mistake as JSON: `{ error: { code, message, where, expected, got, remedy } }`. */
export function errorAsJson({ code, summary, problem }: UserError): object {
  return { error: { code, message: summary, ...problem } };
}
