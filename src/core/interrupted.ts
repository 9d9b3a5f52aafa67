/** How a command is watched and stopped. */
export interface Hooks<Event> {
  onEvent(event: Event): void;
  /** Aborted on the first Ctrl-C: save, then throw `Interrupted`. */
  readonly signal: AbortSignal;
}

/** Thrown by a command whose signal was aborted, after it has saved its state. Exit code 130. */
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

/** Thrown where another process of the same training has ended it, and has said why: this one is silent. */
export class EndedElsewhere extends Error {
  override readonly name = 'EndedElsewhere';
  constructor(readonly exitCode: number) {
    super('ended by another process');
  }
}
