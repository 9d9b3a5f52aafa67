/** Thrown by a command that has printed all it has to say, and ends with another exit code than 0. */
export class EndsWith extends Error {
  override readonly name = 'EndsWith';
  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}
