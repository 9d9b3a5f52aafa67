/** What a finding is about. */
export type Topic =
  | 'engine'
  | 'device'
  | 'precision'
  | 'threads'
  | 'memory'
  | 'disk'
  | 'images'
  | 'weights'
  | 'cache';

/**
 * `good`; `advice`: all works, and something would make it work better; `missing`: something that the program needs is not there.
 */
export type State = 'good' | 'advice' | 'missing';

/** What was found out about one topic. */
export interface Finding {
  readonly topic: Topic;
  readonly state: State;
  /** For people, a fact a line; the first one sums up. */
  readonly lines: readonly string[];
  /** The same for programs. Bytes, counts, names, paths. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What is wrong, and the command or the setting that mends it; none where the state is `good`. */
  readonly problem?: { readonly what: string; readonly remedy: string };
}

/** The finding of what is as it should be. */
export function good(topic: Topic, lines: readonly string[], values: Finding['values']): Finding {
  return { topic, state: 'good', lines, values };
}

/** Bytes for people: `2.1 GB`, `930 MB`. */
export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
