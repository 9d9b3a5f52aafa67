// A run's page in the browser while it goes on.
export { openLive, type LivePage } from './open-live.js';
export type { RunEnding, WatchedRun } from './thread-messages.js';
