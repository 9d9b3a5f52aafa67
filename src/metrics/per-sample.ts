/**
 * Whether each sample's true class is among its k highest scores.
 *
 * A tie counts against the sample: otherwise constant scores would look right by chance.
 *
 * @param scores `[n, classes]` row-major
 * @param labels `[n]` class indices
 * @returns `[n]` 1 or 0
 */
export function topKCorrect(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  k = 1,
): Uint8Array {
  const correct = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const own = scores[i * classes + labels[i]];
    let notBelow = 0;
    for (let c = 0; c < classes; c++)
      if (c !== labels[i] && !(scores[i * classes + c] < own)) notBelow++;
    correct[i] = notBelow < k ? 1 : 0;
  }
  return correct;
}

/**
 * Softmax cross-entropy of each sample: log(sum over c of exp(z_c)) - z_label (thesis, equation 3.3).
 *
 * @param logits `[n, classes]` row-major
 * @param labels `[n]` class indices
 * @returns `[n]` nats
 */
export function crossEntropies(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  const losses = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes;
    let max = -Infinity;
    for (let c = 0; c < classes; c++) max = Math.max(max, logits[row + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[row + c] - max);
    losses[i] = Math.log(sum) + max - logits[row + labels[i]];
  }
  return losses;
}

/**
 * Mean of the accuracies of the classes that the images show: a class of few images counts as much as one of many.
 *
 * @param labels `[n]` class indices
 * @param correct `[n]`, 1 where the answer is right, else 0
 * @returns in [0, 1]; NaN where there are no images
 */
export function balancedAccuracy(labels: ArrayLike<number>, correct: ArrayLike<number>): number {
  const ofClass = new Map<number, { images: number; right: number }>();
  for (let i = 0; i < labels.length; i++) {
    const own = ofClass.get(labels[i]) ?? { images: 0, right: 0 };
    ofClass.set(labels[i], { images: own.images + 1, right: own.right + correct[i] });
  }
  return mean(Array.from(ofClass.values(), (own) => own.right / own.images));
}

/** Sum of an array. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** Mean of an array; NaN where it is empty. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}
