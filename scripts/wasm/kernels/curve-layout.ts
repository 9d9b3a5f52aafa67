// Where `fitCurve` puts the parts of a curve: 16 bytes for each of the sixteen values of x >> 4, and more.

/** How x and what is added come together: wrapping, x + c up to 255, or x - c down to 0. */
export const wrap: i32 = 0;
export const rise: i32 = 1;
export const fall: i32 = 2;

export const levelAt: usize = 0;
/** For wrap, what is taken off again: it keeps what is added from being negative. */
export const biasAt: usize = 16;
/** The one step against the others. */
export const backAt: usize = 32;
/** What is exclusive-or'ed to the values below 16. */
export const lowAt: usize = 48;
export const firstStepAt: usize = 64;
/** Sixteen int32 to work in. */
export const scratchAt: usize = 160;
/** A step without its own look-up: one of a single h, which all values above it take and their levels don't count. */
export const loneAt: usize = 224;
/** The table itself. */
export const tableAt: usize = 240;
