/** How a command is watched and stopped. */
export interface Hooks<Event> {
  onEvent(event: Event): void;
  /** Aborted on the first Ctrl-C: save, then throw `Interrupted`. */
  readonly signal: AbortSignal;
}
