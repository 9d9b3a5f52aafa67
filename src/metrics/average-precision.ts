/**
 * A label's images by falling score: what average precision needs, for any weights of the images.
 *
 * Images of one score stand together: no threshold parts them.
 */
export interface Ranking {
  /** `[n]`, images by falling score. */
  readonly order: Uint32Array;
  /** `[n]`, in that order: 1 where the next image has a lower score, or there is none. */
  readonly last: Uint8Array;
  /** `[n]`, by image: 1 where it has the label, else 0. */
  readonly truth: Uint8Array;
}

/** @param scores `[n]`, higher where the label is likelier; `truth` `[n]`, 0 or 1 */
export function rankingOf(scores: ArrayLike<number>, truth: Uint8Array): Ranking {
  const order = Uint32Array.from(truth, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const last = Uint8Array.from(order, (image, place) =>
    place + 1 < order.length && scores[order[place + 1]] === scores[image] ? 0 : 1,
  );
  return { order, last, truth };
}

/**
 * Average precision: the area under the precision-recall curve as a sum of rectangles, sum over thresholds k from the
 * highest of (R_k - R_{k-1}) P_k, with precision P_k and recall R_k of the images that score at least k. No
 * interpolation; scikit-learn's `average_precision_score` is defined so too.
 *
 * @param weights `[n]`, how often each image counts; default: once
 * @returns 0 to 1; NaN where no image has the label
 */
export function averagePrecision({ order, last, truth }: Ranking, weights?: Float64Array): number {
  let images = 0;
  let positives = 0;
  let before = 0;
  let area = 0;
  for (let place = 0; place < order.length; place++) {
    const image = order[place];
    const weight = weights?.[image] ?? 1;
    images += weight;
    if (truth[image] === 1) positives += weight;
    if (last[place] === 0 || positives === before) continue;
    area += ((positives - before) * positives) / images;
    before = positives;
  }
  return area / positives;
}

/**
 * How the average precision changes with each image's weight, times the number of images: added to it, these are
 * values by image whose mean is the average precision exactly, and whose spread gives its standard error to first
 * order (the infinitesimal jackknife: Efron and Tibshirani, 1993, section 21.3).
 *
 * With A = (1/P) sum_g p_g T_g / N_g over groups g of equal score (p_g their images with the label, T_g and N_g
 * those and all images down to g, P all with the label), image j of the group h with y_j = 1 or 0 gives
 * dA/dw_j = (1/P) (y_j T_h / N_h + sum_{g from h on} p_g (y_j / N_g - T_g / N_g^2) - y_j A).
 *
 * @returns `[n]`; NaN where no image has the label
 */
export function averagePrecisionInfluence({ order, last, truth }: Ranking): Float64Array {
  const n = order.length;
  // Of the group that each place belongs to: T, N and p.
  const groups: { end: number; positives: number; own: number }[] = [];
  let positives = 0;
  let before = 0;
  for (let place = 0; place < n; place++) {
    positives += truth[order[place]];
    if (last[place] === 0) continue;
    groups.push({ end: place + 1, positives, own: positives - before });
    before = positives;
  }
  const area =
    groups.reduce((sum, { end, positives: t, own }) => sum + (own * t) / end, 0) / positives;
  const influence = new Float64Array(n);
  // Sums over the groups from this one on: p / N and p T / N^2.
  let shares = 0;
  let losses = 0;
  for (let g = groups.length - 1; g >= 0; g--) {
    const { end, positives: t, own } = groups[g];
    shares += own / end;
    losses += (own * t) / end ** 2;
    for (let place = g > 0 ? groups[g - 1].end : 0; place < end; place++) {
      const image = order[place];
      const gained = truth[image] === 1 ? t / end + shares - area : 0;
      influence[image] = (n * (gained - losses)) / positives;
    }
  }
  return influence;
}
