/**
 * Images of each data set in a batch: in proportion to the square roots of their sizes, at least one, and at
 * most all (Webster's method, one image at a time).
 *
 * In proportion to the sizes themselves a small set would hardly be learned, and in equal parts a large one would wait
 * for it. The root is what Stickland and Murray (2019, arXiv 1902.02671) draw tasks of unlike sizes by.
 *
 * @param sizes training images; there must be as many as `batch` in all of them
 */
export function sharesOf(sizes: readonly number[], batch: number): number[] {
  const shares = sizes.map(() => 1);
  const claim = (i: number): number =>
    shares[i] < sizes[i] ? Math.sqrt(sizes[i]) / (2 * shares[i] + 1) : -1;
  for (let given = sizes.length; given < batch; given++) {
    let next = 0;
    for (let i = 1; i < sizes.length; i++) if (claim(i) > claim(next)) next = i;
    shares[next]++;
  }
  return shares;
}
