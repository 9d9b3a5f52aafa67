/** A word of a command line as a POSIX shell takes it: quoted where it holds spaces or signs with a meaning there. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
