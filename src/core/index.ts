export { InternalError, UserError, type Problem } from './errors.js';
export { Rng, type Key } from './rng.js';
export { asFileError, readRegularFile, readStart, writeAtomic } from './files.js';
export { makeFolder } from './make-folder.js';
export { realPathOf, refuseInputs } from './outputs.js';
export { EndedElsewhere, Interrupted, stopIfAborted, type Hooks } from './interrupted.js';
export {
  enginePackageName,
  findEnginePackage,
  isClone,
  prebuiltSystems,
  type EnginePackage,
} from './package/engine-package.js';
export { packageFacts, packageRoot, packageVersion } from './package/package-root.js';
export { formatDuration, parseDuration } from './duration.js';
export { counted } from './counted.js';
export { shellWord } from './shell-word.js';
export { plainTable, type PlainTable } from './plain-table.js';
export { closest } from './closest.js';
export { printable, printableLines } from './printable.js';
export { isLeftBehind, ownMark, sweepTemporary } from './left-behind.js';
