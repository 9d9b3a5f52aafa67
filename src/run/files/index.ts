// The files of a run folder: what commands write, and reports and other programs read.
export * from './class-figure.js';
export * from './selection-file.js';
export * from './sets-file.js';
export * from './events-file.js';
export * from './manifest-file.js';
export * from './policy-file.js';
export * from './samples-file.js';
export * from './results-file.js';
export * from './comparison-file.js';
export * from './read.js';
