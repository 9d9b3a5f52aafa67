import type { Estimate, PairedMean } from '../metrics/index.js';
import {
  caughtUp,
  caughtUpAtBest,
  doublingsAhead,
  leastSight,
  seesTooLittle,
  type Growth,
  type Sight,
} from './growth.js';
import type { Measure } from './measure.js';
import type { Look } from './views.js';

/** A verdict, and one sentence for people that says why. */
export interface Ruling {
  readonly verdict: 'safe' | 'unsafe' | 'undecided';
  readonly reason: string;
  /** Of an undecided one, what may decide it: more images or draws of them, or a network that has been trained longer. */
  readonly needs?: 'evidence' | 'training';
}

/** What the verdict on one augmentation goes by. */
interface Facts {
  readonly measure: Measure;
  readonly j: Estimate;
  /** By the probability of the true class; undefined where the task head knows other classes. */
  readonly harm?: Estimate;
  /** By right and wrong answers. */
  readonly answerHarm?: PairedMean;
  readonly delta: number;
  readonly harmMargin: number;
  /** Why a flip or turn is not harmless though its harm is below the margin: `classesTurned`. */
  readonly turned?: string;
  /** Of the network's recognition, where it is known. */
  readonly growth?: Growth;
  /** How much the network has learned to see, where it is known. */
  readonly sight?: Sight;
}

/** Says which look recognised the augmentation; the network on whole images needs no mention. */
const recognisedBy: Record<Look, string> = {
  network: '',
  window: ' by the content of its window',
  border: ' by its border',
  statistics: ' by simple image statistics',
};

/**
 * Safe: J below delta and harm below its margin, each with its whole interval. Unsafe: the whole interval of
 * either above. Otherwise undecided, and so is what the network may recognise once it has been trained longer, and a flip or turn
 * that may turn some classes into others. Where harm is not known, J alone decides.
 */
export function rulingBy({
  measure,
  j,
  harm,
  answerHarm,
  delta: deltaValue,
  harmMargin,
  turned,
  growth,
  sight,
}: Facts): Ruling {
  const delta = `delta (${deltaValue.toFixed(3)})`;
  const margin = `its margin (${harmMargin})`;
  const jText = `J ${inBrackets(j)}`;
  const harmText = harm && `harm ${inBrackets(harm)}`;
  if (j.low > deltaValue)
    return {
      verdict: 'unsafe',
      reason: `recognised${recognisedBy[measure.look]}: ${jText} is above ${delta}`,
    };
  if (harm && harm.low > harmMargin)
    return {
      verdict: 'unsafe',
      reason: `harms the task: ${harmText} is above ${margin}; J above ${delta} was not detected: ${jText}`,
    };
  if (j.high >= deltaValue)
    return {
      verdict: 'undecided',
      needs: 'evidence',
      reason: `the interval of J includes ${delta}, so these images do not decide it: ${jText}`,
    };
  if (harm && harm.high >= harmMargin)
    return {
      verdict: 'undecided',
      needs: 'evidence',
      reason: `the interval of harm includes ${margin}, so these images do not decide it: ${harmText}; ${jText} is below ${delta}`,
    };
  if (turned !== undefined)
    return { verdict: 'undecided', reason: `${turned}; ${jText} is below ${delta}` };
  // A network that has just begun is unsure where it is wrong: its probabilities lose less than its answers.
  if (answerHarm && answerHarm.mean - answerHarm.standardError > harmMargin)
    return {
      verdict: 'undecided',
      needs: 'training',
      reason: `${jText} is below ${delta} and ${harmText}, by the probability of the true class, below ${margin}, but right answers fall by ${answerHarm.mean.toFixed(3)} of the task head's skill; train longer to decide it`,
    };
  if (sight && seesTooLittle(sight))
    return {
      verdict: 'undecided',
      needs: 'training',
      reason: `the network has not learned to look yet: it recognises ${percent(sight.share)} of what simple image statistics recognise, and ${percent(leastSight)} are required; so far ${jText}; train longer to decide it`,
    };
  if (sight !== undefined && caughtUp(measure.looks, sight) >= deltaValue)
    return {
      verdict: 'undecided',
      needs: caughtUpAtBest(measure.looks, sight) >= deltaValue ? 'training' : 'evidence',
      reason: `the network has not seen enough yet: of some augmentations and controls it recognises ${sight.lag.toFixed(1)} times less than simple image statistics do; recognised that much more often, J may pass ${delta}: ${jText}; train longer to decide it`,
    };
  if (growth && growth.extrapolated >= deltaValue)
    return {
      verdict: 'undecided',
      needs: 'training',
      reason: `recognition${recognisedBy[growth.look]} still rises with training: J ${signed(growth.before, 3)} after a quarter of it, ${signed(growth.now, 3)} at the end; at this pace J may pass ${delta} within ${2 ** doublingsAhead} times the training; train longer to decide it`,
    };
  return {
    verdict: 'safe',
    reason: `${jText} is below ${delta}${harmText === undefined ? '' : `, and ${harmText} is below ${margin}`}`,
  };
}

/**
 * The thesis's manual rule: safe where both rates at probability 0.5 stay within its thresholds.
 *
 * @param limits the thresholds, each in [0, 1]
 */
export function rulingByThesis(
  { thesis: { tpr, fpr } }: Measure,
  limits: { readonly tpr: number; readonly fpr: number },
): Ruling {
  const rates = `recognition rate ${tpr.toFixed(3)} and false-positive rate ${fpr.toFixed(3)} at probability 0.5`;
  const thresholds = `the thresholds ${limits.tpr} and ${limits.fpr}`;
  return tpr <= limits.tpr && fpr <= limits.fpr
    ? { verdict: 'safe', reason: `${rates} are within ${thresholds}` }
    : { verdict: 'unsafe', reason: `${rates} are not within ${thresholds}` };
}

/** A share in whole percent: `50 %`. */
export const percent = (share: number): string => `${signed(100 * share, 0)} %`;

/** `0.120 [−0.010, 0.250]`. @param digits after the point. Default 3 */
export function inBrackets({ value, low, high }: Estimate, digits = 3): string {
  return `${signed(value, digits)} [${signed(low, digits)}, ${signed(high, digits)}]`;
}

/** A number with a true minus, and with none where it is rounded to 0. @param digits after the point */
export function signed(x: number, digits: number): string {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}
