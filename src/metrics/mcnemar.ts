/**
 * Exact two-sided McNemar test: how likely discordant pairs as lopsided as these are where gains and losses are
 * equally likely.
 *
 * p = min(1, 2 P(X <= min(gained, lost))), X binomial(gained + lost, 1/2).
 *
 * Source: McNemar (1947), with the exact binomial distribution.
 *
 * @param gained pairs wrong without and right with
 * @param lost pairs right without and wrong with
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
