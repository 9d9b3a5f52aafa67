import type { EventLine } from '../run/files/index.js';

/** A run as the page names it. */
export interface WatchedRun {
  readonly command: 'learn' | 'train' | 'compare';
  /** The run folder. */
  readonly out: string;
  /** The data sets as given. */
  readonly data: readonly string[];
  /** Seconds; null where the run has none. */
  readonly budget: number | null;
  /** The command line that goes on with it. */
  readonly resumeCommand: string;
  /** What it told in earlier sittings, oldest first. */
  readonly earlier: readonly EventLine[];
}

/** How a watched run ended. */
export type RunEnding =
  /** `report.html` is there. */
  | { readonly kind: 'report' }
  /** By Ctrl-C or the page's button. @see WatchedRun.resumeCommand */
  | { readonly kind: 'stopped'; readonly saved: boolean }
  | { readonly kind: 'failed'; readonly message: string };

/** What the thread of the page is told. */
export type ToPage =
  | { readonly kind: 'run'; readonly run: WatchedRun }
  | { readonly kind: 'event'; readonly event: EventLine }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'ending'; readonly ending: RunEnding };

/** What it says. */
export type FromPage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** Somebody has pressed the page's button. */
  | { readonly kind: 'stop' }
  /** After the ending: every page that is open has been served. */
  | { readonly kind: 'served' };

/** What the thread is started with. */
export interface PageThreadData {
  /** 0: any that is free. */
  readonly port: number;
  readonly token: string;
}
