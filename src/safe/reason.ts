import type { Estimate, PairedMean } from '../metrics/index.js';
import type { Look } from './judge.js';
import type { Measure } from './measure.js';
import type { Verdict } from './verdict.js';

interface Facts {
  readonly measure: Measure;
  readonly j: Estimate;
  /** Undefined where the task head knows other classes. */
  readonly harm?: Estimate;
  /** Harm by right and wrong instead of by probability. */
  readonly wrong?: PairedMean;
  readonly delta: number;
  readonly harmMargin: number;
}

const seenBy: Record<Look, string> = {
  network: '',
  window: ' by what the window shows',
  border: ' by what the border shows',
  statistics: ' by simple statistics',
};

/** The verdict on both axes, and one sentence for people. */
export function reasonOf(facts: Facts): readonly [Verdict, string] {
  const { measure, j, harm, wrong, delta, harmMargin } = facts;
  const told = `J ${interval(j)}`;
  const margin = delta.toFixed(3);
  const lost = harm && `harm ${interval(harm)}`;
  if (j.low > delta)
    return [
      'unsafe',
      `recognised where it was applied${seenBy[measure.look]}: ${told} above ${margin}`,
    ];
  if (harm && harm.low > harmMargin)
    return [
      'unsafe',
      `harms the task though it is not recognised: ${lost} above ${harmMargin} of what the task head can do`,
    ];
  if (j.high >= delta)
    return ['undecided', `cannot be told from ${margin} with these images: ${told}`];
  if (harm && harm.high >= harmMargin)
    return [
      'undecided',
      `not recognised (${told}), but ${lost} of the task cannot be told from ${harmMargin} with these images`,
    ];
  // A network that has just begun is unsure where it is wrong: its probabilities lose less than its answers.
  if (wrong && wrong.mean - wrong.standardError > harmMargin)
    return [
      'undecided',
      `not recognised (${told}) and ${lost} by the probability of the true class, but right answers fall by ${wrong.mean.toFixed(3)} of what the task head can do; more training would tell`,
    ];
  return [
    'safe',
    `recognised no better than a harmless change (${told} below ${margin})${lost === undefined ? '' : `, no harm to the task (${lost})`}`,
  ];
}

/** The thesis's manual rule at probability 0.5. */
export function thesisReason(
  { thesis }: Measure,
  limits: { tpr: number; fpr: number },
): readonly [Verdict, string] {
  const { tpr, fpr } = thesis;
  const told = `recognition ${tpr.toFixed(3)}, false positives ${fpr.toFixed(3)} at probability 0.5`;
  const safe = tpr <= limits.tpr && fpr <= limits.fpr;
  const against = `thresholds ${limits.tpr} and ${limits.fpr}`;
  return safe
    ? ['safe', `${told}, within the ${against}`]
    : ['unsafe', `${told}, beyond the ${against}`];
}

function interval({ value, low, high }: Estimate): string {
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}

function signed(x: number): string {
  return `${x < 0 ? '−' : ''}${Math.abs(x).toFixed(3)}`;
}
