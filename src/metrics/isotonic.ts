/**
 * The rising sequence y that is nearest to the values x in weighted least squares: least sum of w (x - y)^2.
 *
 * Source: pool-adjacent-violators (Ayer et al., 1955).
 *
 * @param values `[n]`, `weights` `[n]` above 0
 * @returns `[n]`, never falling
 */
export function isotonic(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const blocks: { mean: number; weight: number; count: number }[] = [];
  for (let i = 0; i < values.length; i++) {
    let block = { mean: values[i], weight: weights[i], count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean;) {
      blocks.pop();
      const weight = last.weight + block.weight;
      const mean = (last.mean * last.weight + block.mean * block.weight) / weight;
      block = { mean, weight, count: last.count + block.count };
      last = blocks.at(-1);
    }
    blocks.push(block);
  }
  return Float64Array.from(
    blocks.flatMap(({ mean, count }) => new Array<number>(count).fill(mean)),
  );
}
