import { printable, printableLines } from './printable.js';

/** The four parts of a message a user can act on. */
export interface Problem {
  /** File, option, field or operator in which it went wrong. */
  where?: string;
  expected?: string;
  got?: string;
  /** What to do about it: a sentence or a command. */
  remedy?: string;
}

/**
 * A mistake that the user can mend. Shown without a stack trace; the process ends with exit code 2.
 *
 * `code` is stable and greppable, e.g. `DATA_EMPTY`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly code: string,
    readonly summary: string,
    readonly problem: Problem = {},
    options?: { cause?: unknown },
  ) {
    super(formatProblem(summary, problem), options);
  }
}

/** A state the program should never reach: a bug of ours. Exit code 1, with its stack trace. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Names of files and classes stand in it: what a terminal would obey is escaped. */
function formatProblem(summary: string, p: Problem): string {
  const lines = [printableLines(summary)];
  if (p.where !== undefined) lines.push(`  where:    ${printable(p.where)}`);
  if (p.expected !== undefined) lines.push(`  expected: ${printableLines(p.expected)}`);
  if (p.got !== undefined) lines.push(`  got:      ${printableLines(p.got)}`);
  if (p.remedy !== undefined) lines.push(`  remedy:   ${printableLines(p.remedy)}`);
  return lines.join('\n');
}
