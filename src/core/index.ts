export { InternalError, UserError, type Problem } from './errors.js';
export { Rng, type Key } from './rng.js';
export { asFileError, writeAtomic } from './files.js';
export { Interrupted } from './interrupted.js';
export type { Hooks } from './hooks.js';
export { packageFacts, packageRoot, packageVersion } from './package-root.js';
export { formatDuration, parseDuration } from './duration.js';
export { plainTable, type PlainTable } from './plain-table.js';
export { closest } from './closest.js';
