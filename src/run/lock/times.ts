/** A holder shows every so often that it is alive, to those who cannot ask its host. */
export const beatSeconds = 15;
/** Without a sign for so long it counts as dead. Network file systems may show a sign a minute late. */
export const deadSeconds = 120;
