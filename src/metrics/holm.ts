/**
 * Levels at which each of K tests is done under Holm's step-down procedure.
 *
 * The r-th smallest p-value (r from 0) is tested at alpha / (K - r); from the first that fails on, all
 * that follow keep the failing one's level. An interval built at test k's level then agrees with its
 * test, and the chance of any false rejection among all K is at most alpha.
 *
 * Source: Holm (1979), A simple sequentially rejective multiple test procedure.
 *
 * @param p `[K]` p-values
 * @param alpha family-wise error rate, in (0, 1)
 * @returns `[K]` level of each, in the order of `p`
 */
export function holmLevels(p: ArrayLike<number>, alpha: number): Float64Array {
  const k = p.length;
  const order = Array.from({ length: k }, (_, i) => i).sort((a, b) => p[a] - p[b]);
  const levels = new Float64Array(k);
  let level = 0;
  let failed = false;
  order.forEach((test, rank) => {
    if (!failed) {
      level = alpha / (k - rank);
      failed = !(p[test] <= level);
    }
    levels[test] = level;
  });
  return levels;
}
