import { pairedInterval, pairedMean, type Estimate, type PairedMean } from '../metrics/index.js';
import { overFolds } from './statistics/over-folds.js';
import { harmGrowthOf, type HarmGrowth } from './grades/harm-growth.js';
import { measureLook, type Evidence } from './measure.js';
import { passOf, score, type JudgingPasses, type Observer, type Scored } from './scoring.js';
import { looksAt, type Look, type RecognitionLabel } from './views.js';

// Has the network been trained long enough for what it does not recognise to say anything?

/** What simple statistics recognise with at least this J is there to be seen. */
const plainJ = 0.3;
/** Fewer of such labels tell nothing. */
const fewestLabels = 3;
/** Below this sight the network has not learned to look: that it does not recognise an augmentation says nothing. */
export const leastSight = 0.5;
/** No lag is larger: below a twentieth of what there is to see, it is chance. */
const largestLag = 20;

/** How much the network has learned to see of what simple statistics see. */
export interface Sight {
  /** The mean share of the statistics' J that the network reaches, each at most 1; in [0, 1]. */
  readonly share: number;
  /** How many times more there is to be seen of a label that the network is slow to learn; from 1 to `largestLag`. */
  readonly lag: number;
}

/** What each look recognises of a label. */
interface Recognised {
  readonly looks: readonly { readonly look: Look; readonly j: Pick<PairedMean, 'mean'> }[];
}

/**
 * How much the network has learned to see, over all labels that statistics recognise plainly. Statistics are fitted at
 * once, so that they show from the start what a network will see once it has been trained
 * (docs/decisions/062-growth.md). The lag is that of the slowest label but one.
 *
 * @param measures of augmentations and positive controls, but not of harmless ones, whose traces are faint by design; windows,
 *   which the network looks at in parts, are left out
 * @returns undefined where too few labels are recognised by statistics, or statistics are no look
 */
export function sightOf(measures: readonly Recognised[]): Sight | undefined {
  const shares = measures.flatMap(({ looks }) => {
    const jOf = (name: string) => looks.find(({ look }) => look === name)?.j.mean;
    const network = jOf('network');
    const statistics = jOf('statistics');
    if (network === undefined || statistics === undefined || statistics < plainJ) return [];
    return [Math.min(1, Math.max(0, network / statistics))];
  });
  if (shares.length < fewestLabels) return undefined;
  shares.sort((a, b) => a - b);
  // A small network may never learn the slowest of them, such as weak noise.
  const slow = shares[1];
  return {
    share: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    lag: Math.min(largestLag, 1 / slow),
  };
}

/** Whether the network has learned too little for what it does not recognise to say anything. */
export function seesTooLittle(sight: Sight | undefined): boolean {
  return sight !== undefined && sight.share < leastSight;
}

/**
 * What J may be once the network has caught up with its lag: the 95 % upper limit of J, and (lag - 1) times the one-sided
 * 95 % lower limit where that is above 0; the highest over the network's looks. Statistics have no lag.
 *
 * Of a window and its border J itself is multiplied: what a cut leaves there is learned late and all at once, so that a small J
 * says little about how small it stays (docs/decisions/062-growth.md).
 */
export function caughtUp(
  looks: readonly { readonly look: Look; readonly j: PairedMean }[],
  { lag }: Sight,
): number {
  const ends = looks
    .filter(({ look }) => look !== 'statistics')
    .map(
      ({ look, j }) =>
        pairedInterval(j, 0.05).high +
        (lag - 1) * Math.max(0, look === 'network' ? pairedInterval(j, 0.1).low : j.mean),
    );
  return Math.min(1, Math.max(-1, ...ends));
}

/** The same with J as it is: what is left of it where images and draws leave no doubt. */
export function caughtUpAtBest(
  looks: readonly { readonly look: Look; readonly j: PairedMean }[],
  { lag }: Sight,
): number {
  const ends = looks
    .filter(({ look }) => look !== 'statistics')
    .map(({ j }) => j.mean + (lag - 1) * Math.max(0, j.mean));
  return Math.min(1, Math.max(-1, ...ends));
}

/** After what share of the training the earlier weights are kept. */
export const earlierShare = 1 / 4;
/** The doublings that recognition is extrapolated over: 8 times the training. */
export const doublingsAhead = 3;
/** Two-sided level of the limit that growth is taken at, about one standard error. */
const growthLevel = 0.32;

/** What the network said of the judging images when it had been trained for a part of the training. */
export interface Earlier {
  /** That part, in (0, 1). Default `earlierShare`; more where the training became shorter than planned. */
  readonly share?: number;
  readonly observer: Pick<Observer, 'predict' | 'taskKnown'>;
  /** By views too where a label is a window. */
  readonly clean: Scored;
}

/** How the network's recognition of an augmentation grew while it was trained, and where that leads. */
export interface Growth {
  /** The look whose J leads furthest. */
  readonly look: Look;
  /** Its J by the weights of `earlierShare` of the training. */
  readonly before: number;
  /** Its J by the last weights. */
  readonly now: number;
  /** What J gains in a doubling of the training, with its interval at `growthLevel`. */
  readonly perDoubling: Estimate;
  /** The 95 % upper limit of J after `doublingsAhead` more doublings. */
  readonly extrapolated: number;
  /** How its harm grew, where both networks know the classes. */
  readonly harm?: HarmGrowth;
}

/**
 * How far recognition by the network may still rise.
 *
 * A network that has been trained for two epochs recognises little, and that it does not recognise an augmentation
 * then says little. J of what it is about to learn rises with the logarithm of the training, roughly by the same
 * step in each doubling (docs/decisions/062-growth.md). So for each of the network's looks: the lower limit of the
 * step, where it is above 0, is added `doublingsAhead` times to the upper limit of J. Statistics do not grow: they
 * are fitted at once.
 *
 * @param last the label by the last weights
 * @param earlier the same by the earlier weights, without statistics; the first of the draws may do
 * @param calibration the first so many images choose the thresholds, for each network its own
 * @param share of the training that the earlier weights had, in (0, 1)
 */
export function growthOf(
  last: Evidence,
  earlier: Evidence,
  calibration: number,
  share = earlierShare,
): Growth {
  const doublingsBetween = Math.log2(1 / share);
  const growths = earlier.looks.map((look): Growth => {
    const { j, differences } = measureLook(last, look, calibration);
    const before = measureLook(earlier, look, calibration);
    const steps = differences.map((now, i) => (now - before.differences[i]) / doublingsBetween);
    const groupOf = last.groupOf?.subarray(calibration);
    const perDoubling = pairedInterval(
      overFolds(pairedMean(steps, 'binary', groupOf), last.folds),
      growthLevel,
    );
    const { high } = pairedInterval(j, 0.05);
    return {
      look,
      before: before.j.mean,
      now: j.mean,
      perDoubling,
      extrapolated: Math.min(1, high + doublingsAhead * Math.max(0, perDoubling.low)),
    };
  });
  return growths.reduce((a, b) => (b.extrapolated > a.extrapolated ? b : a));
}

/**
 * Scores a label by the earlier weights, in one pass over the judging images, and compares recognition and harm.
 *
 * @param k the label's index
 * @param pass the judging images under it: its first draw
 */
export async function growthSince(
  { observer, clean, share = earlierShare }: Earlier,
  last: Evidence,
  k: number,
  {
    label,
    pass,
    calibration,
  }: {
    readonly label: RecognitionLabel;
    readonly pass: ReturnType<JudgingPasses>;
    readonly calibration: number;
  },
): Promise<Growth> {
  const looks = looksAt(label, false);
  const without = passOf(clean, k, looks);
  const applied = passOf(await score(pass, observer, label.window), k, looks);
  const { groupOf, folds } = last;
  const before = { looks, clean: without, draws: [{ applied, without }], groupOf, folds };
  const growth = growthOf(last, before, calibration, share);
  return observer.taskKnown === false
    ? growth
    : { ...growth, harm: harmGrowthOf(last, before, calibration, share) };
}
