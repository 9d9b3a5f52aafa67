/** Why set-up cannot go on, in words a user can act on. Printed without a stack trace; exit code 2. */
export class SetupProblem extends Error {
  name = 'SetupProblem';

  /** @param {string} why one sentence @param {string} [help] the commands that mend it */
  constructor(why, help) {
    super(help === undefined ? why : `${why}\n\n${help}`);
  }
}

/** A part of the project that does not compile: not for the user to mend. Exit code 1. */
export class BuildFailure extends Error {
  name = 'BuildFailure';
}

/** One line on what is being done, beside the work's own output. */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}
