/** Seconds between signs of life, for processes on other hosts. */
export const beatSeconds = 15;
/** Seconds without a sign after which a holder counts as dead. Network file systems may show a sign a minute late. */
export const deadSeconds = 120;
