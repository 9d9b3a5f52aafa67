/**
 * The cut-off at which J = TPR - FPR is greatest, and J there.
 *
 * Between two neighbouring scores every cut-off does equally well: the middle is taken. The curve is
 * smoothed over `smooth` of the scores on either side before its peak is sought, because the raw
 * maximum of a nearly flat curve sits on noise.
 *
 * Source: Youden (1950), Index for rating diagnostic tests; the smoothing is ours.
 *
 * @param clean `[n]` scores without the augmentation
 * @param augmented `[m]` scores with it
 * @param smooth share of all scores, in [0, 0.5)
 */
export function bestCutoff(
  clean: ArrayLike<number>,
  augmented: ArrayLike<number>,
  smooth = 0.02,
): { cutoff: number; j: number } {
  const n = clean.length;
  const m = augmented.length;
  if (n === 0 || m === 0) return { cutoff: 0, j: 0 };
  const scores = new Float64Array(n + m);
  const order = Array.from({ length: n + m }, (_, i) => i);
  for (let i = 0; i < n; i++) scores[i] = clean[i];
  for (let i = 0; i < m; i++) scores[n + i] = augmented[i];
  order.sort((a, b) => scores[a] - scores[b]);
  // curve[c]: J when the c lowest scores count as "not applied".
  const curve = new Float64Array(n + m + 1);
  for (let c = 0; c < order.length; c++) curve[c + 1] = curve[c] + (order[c] < n ? 1 / n : -1 / m);
  const prefix = new Float64Array(curve.length + 1);
  for (let c = 0; c < curve.length; c++) prefix[c + 1] = prefix[c] + curve[c];
  const reach = Math.floor(smooth * order.length);
  let best = 0;
  let bestValue = -Infinity;
  for (let c = 1; c < order.length; c++) {
    if (scores[order[c - 1]] === scores[order[c]]) continue;
    const from = Math.max(0, c - reach);
    const to = Math.min(curve.length, c + reach + 1);
    const value = (prefix[to] - prefix[from]) / (to - from);
    if (value > bestValue) {
      bestValue = value;
      best = c;
    }
  }
  if (best === 0) return { cutoff: scores[order[0]], j: 0 };
  return { cutoff: (scores[order[best - 1]] + scores[order[best]]) / 2, j: curve[best] };
}
