/**
 * Images of each data set in a batch: in proportion to their sizes, so that an epoch passes over all of them, but
 * at least one, and at most all there are (Webster's method, one image at a time).
 *
 * @param sizes training images; there must be as many as `batch` in all of them
 */
export function sharesOf(sizes: readonly number[], batch: number): number[] {
  const shares = sizes.map(() => 1);
  const claim = (i: number): number => (shares[i] < sizes[i] ? sizes[i] / (2 * shares[i] + 1) : -1);
  for (let given = sizes.length; given < batch; given++) {
    let next = 0;
    for (let i = 1; i < sizes.length; i++) if (claim(i) > claim(next)) next = i;
    shares[next]++;
  }
  return shares;
}
