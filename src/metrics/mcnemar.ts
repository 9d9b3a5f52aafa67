/**
 * Exact two-sided McNemar test: the chance of discordant pairs as lopsided as these under no change.
 *
 * @param gained pairs wrong without and right with; `lost` pairs right without and wrong with
 * @returns p in (0, 1]
 */
export function mcnemarExact(gained: number, lost: number): number {
  const n = gained + lost;
  if (n === 0) return 1;
  const k = Math.min(gained, lost);
  // Sum of the binomial(n, 1/2) tail in logarithms, so that thousands of pairs don't underflow.
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
