/** Spearman's rank correlation; ties share their mean rank. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (a.length - 1) / 2;
  let both = 0;
  let xs = 0;
  let ys = 0;
  for (let i = 0; i < x.length; i++) {
    both += (x[i] - mean) * (y[i] - mean);
    xs += (x[i] - mean) ** 2;
    ys += (y[i] - mean) ** 2;
  }
  return xs === 0 || ys === 0 ? 0 : both / Math.sqrt(xs * ys);
}

function ranks(values: readonly number[]): number[] {
  return values.map((v) => {
    const below = values.filter((w) => w < v).length;
    const same = values.filter((w) => w === v).length;
    return below + (same - 1) / 2;
  });
}
