/** `1 image`, `2 images`; `nouns` where the plural needs more than an s. */
export function counted(n: number, noun: string, nouns = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : nouns}`;
}
