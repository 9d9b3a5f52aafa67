/** Thrown by a pipeline whose signal was aborted, after it has saved its state. Exit code 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    /** The run folder to resume; undefined where nothing was to be saved. */
    readonly out?: string,
    /** The command that goes on with it. */
    readonly command: string = 'learn',
  ) {
    super('interrupted');
  }
}

/** @throws Interrupted where the signal was aborted: for work that has nothing to save */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted();
}
