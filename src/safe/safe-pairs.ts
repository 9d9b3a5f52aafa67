import {
  bestCutoff,
  holmLevels,
  marginTest,
  mean,
  pairedMean,
  unboundedInterval,
  type Estimate,
  type PairedMean,
} from '../metrics/index.js';
import { eachFold, inFold, overFolds, scaleOf, type FoldOf } from './statistics/over-folds.js';
import { harm, type Skill } from './harm.js';
import type { Measure } from './measure.js';
import { inBrackets, signed } from './reasons.js';
import { columnOf, score, type JudgingPasses, type Observer, type Scored } from './scoring.js';
import type { AugmentationJudgement, Verdicts } from './verdict.js';
import type { Look, RecognitionLabel } from './views.js';

/** An augmentation that is safe, or keeps the labels, as a member of pairs. */
export interface PairMember {
  /** Index among the labels. */
  readonly label: number;
  readonly measure: Measure;
}

/** The augmentations judged safe, in their order. */
export function safeMembers(
  labels: readonly RecognitionLabel[],
  verdicts: Pick<Verdicts, 'augmentations'>,
): PairMember[] {
  return membersWhere(labels, verdicts, ({ verdict }) => verdict === 'safe');
}

/** The augmentations of which something holds, in their order. */
export function membersWhere(
  labels: readonly RecognitionLabel[],
  { augmentations }: Pick<Verdicts, 'augmentations'>,
  holds: (augmentation: AugmentationJudgement) => boolean,
): PairMember[] {
  return augmentations.filter(holds).map(({ name, measure }) => ({
    label: labels.findIndex((l) => l.spec.name === name),
    measure,
  }));
}

export interface PairsOptions {
  readonly labels: readonly RecognitionLabel[];
  readonly safe: readonly PairMember[];
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  readonly clean: Scored;
  /** The first so many images choose the thresholds. */
  readonly calibration: number;
  /** `[n]`, the fold of each image of a pass, where several networks judge. */
  readonly folds?: FoldOf;
  readonly skill: Skill;
  /** Error rate over all pairs together, in (0, 1). */
  readonly alpha: number;
  /** Images that the network may score; the pairs beyond are left out. */
  readonly images: number;
  /** Called before each pair; may throw to stop. */
  onPair?(done: number, total: number, name: string): void;
  /** False leaves out the remaining pairs, e.g. because the budget is spent. Default: always true. */
  mayContinue?(): boolean;
}

/** Two safe augmentations, one after the other. */
export interface PairJudgement {
  readonly members: readonly [string, string];
  /** J of the pair, by the stronger of its two labels' scores. */
  readonly j: number;
  /** Its harm, as a part of the task head's skill; undefined where the head knows other classes. */
  readonly harm?: number;
  /** J of the pair less its members' J, with an interval at Holm's level. */
  readonly moreRecognised: Estimate;
  /** Harm of the pair less its members' harm, likewise; undefined as above. */
  readonly moreHarm?: Estimate;
  /** One of the two is above its margin, with its whole interval. */
  readonly conflict: boolean;
  /** One sentence. */
  readonly evidence: string;
}

export interface Pairs {
  readonly judged: readonly PairJudgement[];
  /** Number of pairs that were not judged. */
  readonly left: number;
  /** Images that the network has scored. */
  readonly images: number;
  /** The figures of the pairs judged, in their order, for tests of other families of pairs. */
  readonly measured: readonly MeasuredPair[];
}

/** A pair is in conflict where its J exceeds the sum of its members' by more than this, ... */
const recognitionMargin = 0.1;
/** ... or its harm exceeds theirs by more than this part of the task head's skill (docs/decisions/032-combinations.md). */
export const pairHarmMargin = 0.05;

/** What a pair does, beside what its members do alone. */
export interface MeasuredPair {
  readonly members: readonly [string, string];
  readonly j: number;
  readonly harm: number;
  /** J beyond the members'. */
  readonly recognised: PairedMean;
  /** Harm beyond the members'. */
  readonly harmed: PairedMean;
}

/**
 * Judges pairs of safe augmentations, and windows twice in a row, on the judging images: is a pair
 * recognised more, or does it harm the task more, than the sum of its two members?
 *
 * Each image is compared with itself: what the pair does to it, less what each member alone did to it. The
 * members have been judged already, so a pair costs one pass, three times as much beside windows.
 */
export async function judgePairs(options: PairsOptions): Promise<Pairs> {
  const { observer, alpha, safe, labels } = options;
  const wanted = pairsOf(safe, labels);
  const { measured, images } = await measurePairs(wanted, options);
  return {
    judged: decidePairs(measured, alpha, observer.taskKnown ?? true),
    left: wanted.length - measured.length,
    images,
    measured,
  };
}

/**
 * Scores pairs one after the other, as many as images and time allow.
 *
 * @param before figures of pairs that were measured already: they are taken over
 */
export async function measurePairs(
  wanted: readonly (readonly [PairMember, PairMember])[],
  options: Omit<PairsOptions, 'safe' | 'alpha'>,
  before: readonly MeasuredPair[] = [],
): Promise<{ readonly measured: MeasuredPair[]; readonly images: number }> {
  const { labels, passes, observer, clean } = options;
  const measured: MeasuredPair[] = [];
  let images = 0;
  let spent = false;
  for (const [done, [a, b]] of wanted.entries()) {
    const names = [a, b].map(({ label }) => labels[label].spec.name);
    const known = before.find(({ members }) => members.every((name, i) => name === names[i]));
    if (known !== undefined) {
      measured.push(known);
      continue;
    }
    const parts = labels[a.label].window || labels[b.label].window;
    // Whole, window and border are three forward passes.
    const cost = clean.task.count * (parts ? 3 : 1);
    spent ||= images + cost > options.images || options.mayContinue?.() === false;
    if (spent) continue;
    const specs = [labels[a.label].spec, labels[b.label].spec];
    options.onPair?.(done, wanted.length, names.join(' + '));
    const both = await score(passes(specs, 0), observer, parts);
    images += cost;
    measured.push(measurePair(a, b, both, options));
  }
  return { measured, images };
}

/**
 * Windows twice, then the pairs whose members change most: where time runs out, those matter most. A pair's change
 * is its members' J on whole images plus what they cost in accuracy; two windows count one more.
 */
export function pairsOf(
  members: readonly PairMember[],
  labels: readonly RecognitionLabel[],
): (readonly [PairMember, PairMember])[] {
  const twice = members.filter((m) => labels[m.label].window).map((m) => [m, m] as const);
  const pairs = members.flatMap((a, i) => members.slice(i + 1).map((b) => [a, b] as const));
  const change = ([a, b]: readonly [PairMember, PairMember]): number =>
    Number(labels[a.label].window && labels[b.label].window) +
    [a, b].reduce((sum, m) => sum + m.measure.whole.j.mean - m.measure.taskChange.value, 0);
  return [...twice, ...pairs.sort((p, q) => change(q) - change(p))];
}

function measurePair(
  a: PairMember,
  b: PairMember,
  both: Scored,
  { labels, clean, calibration, folds, skill }: Omit<PairsOptions, 'safe' | 'alpha'>,
): MeasuredPair {
  // All [n], per judging image.
  const n = clean.task.count - calibration;
  const together = new Float64Array(n);
  const beyond = new Float64Array(n);
  const lost = new Float64Array(n);
  const lostBeyond = new Float64Array(n);
  // Beside a window the other member too is judged by the window's content: the seam says nothing about it.
  const inWindow = labels[a.label].window || labels[b.label].window;
  const members = (a === b ? [a] : [a, b]).map(({ label, measure }) => {
    const look: Look = inWindow && !labels[label].window ? 'window' : measure.look;
    return { label, look };
  });
  const scoreOf = strongest(members, clean, calibration, folds);
  const [applied, without] = [scoreOf(both), scoreOf(clean)];
  const calibrating = folds?.subarray(0, calibration);
  const cutoffs = eachFold(folds, (fold) => {
    const own = (scores: Float64Array): Float64Array =>
      inFold(scores.subarray(0, calibration), calibrating, fold);
    return bestCutoff(own(without), own(applied)).cutoff;
  });
  const [scores, before] = [both, clean].map((pass) => pass.task.from(calibration).skill().values);
  for (let i = 0; i < n; i++) {
    const image = calibration + i;
    const cutoff = cutoffs[folds?.[image] ?? 0];
    together[i] = Number(applied[image] > cutoff) - Number(without[image] > cutoff);
    beyond[i] = together[i] - a.measure.differences[i] - b.measure.differences[i];
    lost[i] = scores[i] - before[i];
    lostBeyond[i] = lost[i] - a.measure.skillDifferences[i] - b.measure.skillDifferences[i];
  }
  return {
    members: [labels[a.label].spec.name, labels[b.label].spec.name],
    j: mean(together),
    harm: harm(lost, skill).mean,
    recognised: overFolds(pairedMean(beyond, 'binary', skill.groupOf), skill.folds),
    harmed: harm(lostBeyond, skill),
  };
}

/**
 * The stronger of the members' scores of each image. Each is taken in standard deviations of the clean calibration
 * images of its fold, so that logits of different labels compare and the pair can have a threshold of its own.
 *
 * @returns the pair's scores of a pass, `[n]` with the calibration images
 */
function strongest(
  members: readonly { readonly label: number; readonly look: Look }[],
  clean: Scored,
  calibration: number,
  folds: FoldOf | undefined,
): (scored: Scored) => Float64Array {
  const calibrating = folds?.subarray(0, calibration);
  const scales = members.map(({ label, look }) => {
    const own = columnOf(clean, label, look).subarray(0, calibration);
    return eachFold(folds, (fold) => {
      const { centre, spread } = scaleOf(inFold(own, calibrating, fold));
      return { centre, spread: Math.max(spread, 1e-6) };
    });
  });
  return (scored) => {
    const out = new Float64Array(scored.task.count).fill(-Infinity);
    members.forEach(({ label, look }, m) => {
      columnOf(scored, label, look).forEach((v, i) => {
        const { centre, spread } = scales[m][folds?.[i] ?? 0];
        out[i] = Math.max(out[i], (v - centre) / spread);
      });
    });
    return out;
  };
}

/**
 * Recognition and harm get half of alpha each; within each, all pairs go by Holm's procedure.
 *
 * @param harmKnown false where the task head knows other classes: pairs then have no harm, and J alone decides
 */
function decidePairs(
  measured: readonly MeasuredPair[],
  alpha: number,
  harmKnown: boolean,
): PairJudgement[] {
  const levels = (of: (m: MeasuredPair) => PairedMean, margin: number): Float64Array =>
    holmLevels(
      measured.map((m) => marginTest(of(m), margin).above),
      alpha / 2,
    );
  const recognition = levels((m) => m.recognised, recognitionMargin);
  const harms = levels((m) => m.harmed, pairHarmMargin);
  return measured.map((m, i): PairJudgement => {
    // One-sided tests: the two-sided interval at twice the level has the same lower limit.
    const moreRecognised = unboundedInterval(m.recognised, Math.min(0.99, 2 * recognition[i]));
    const moreHarm = unboundedInterval(m.harmed, Math.min(0.99, 2 * harms[i]));
    const recognised = moreRecognised.low > recognitionMargin;
    const harmed = harmKnown && moreHarm.low > pairHarmMargin;
    const textOf = (what: string, whole: number, more: Estimate): string =>
      `${what} ${signed(whole, 2)}, beyond both alone ${inBrackets(more, 2)}`;
    const harmText = harmKnown ? textOf('harm', m.harm, moreHarm) : 'harm not measured';
    return {
      members: m.members,
      j: m.j,
      ...(harmKnown && { harm: m.harm }),
      moreRecognised,
      ...(harmKnown && { moreHarm }),
      conflict: recognised || harmed,
      evidence: [
        // What makes the conflict; both where there is none.
        ...(harmed || !recognised ? [harmText] : []),
        ...(recognised || !harmed ? [textOf('J', m.j, moreRecognised)] : []),
      ].join('; '),
    };
  });
}
