/**
 * The candidate that needs the fewest edits to become `name`, case ignored; undefined where none is near.
 *
 * Near: at most a third of the letters, or two, and fewer than half of them: a name of one or two letters is near to
 * nothing but itself. Our own Levenshtein distance, because the augmentations, which use it,
 * need no package.
 */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  const most = Math.min(Math.max(2, Math.floor(name.length / 3)), Math.ceil(name.length / 2) - 1);
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, row by row: `row[j]` edits turn the letters of `a` so far into the first `j` of `b`. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, replaced);
    }
    row = next;
  }
  return row[b.length];
}
