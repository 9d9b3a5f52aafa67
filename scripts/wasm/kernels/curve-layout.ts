// Where `fitCurve` puts the parts of a curve: 16 bytes for each of the sixteen values of x >> 4, and more.

/** How x and what is added come together: wrapping, x + c up to 255, or x - c down to 0. */
export const WRAP: i32 = 0;
export const RISE: i32 = 1;
export const FALL: i32 = 2;

export const LEVEL: usize = 0;
/** For WRAP, what is taken off again: it keeps what is added from being negative. */
export const BIAS: usize = 16;
/** The one step against the others. */
export const BACK: usize = 32;
/** What is exclusive-or'ed to the values below 16. */
export const LOW: usize = 48;
export const FIRST_STEP: usize = 64;
/** Sixteen int32 to work in. */
export const SCRATCH: usize = 160;
/** A step without its own look-up: one of a single h, which all values above it take and their levels don't count. */
export const LONE: usize = 224;
/** The table itself. */
export const TABLE: usize = 240;
