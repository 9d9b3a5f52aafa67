/** Thrown by a command that has printed what it was to look for: exit code 1, and nothing more to say. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}
