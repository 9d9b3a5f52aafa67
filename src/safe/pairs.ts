import {
  bestCutoff,
  holmLevels,
  marginTest,
  mean,
  pairedInterval,
  pairedMean,
} from '../metrics/index.js';
import { InternalError } from '../core/index.js';
import type { Estimate, PairedMean } from '../metrics/index.js';
import { harm, type Skill } from './harm.js';
import { score, type JudgingPasses, type Look, type Observer, type Scored } from './judge.js';
import type { Label } from './labels.js';
import type { Measure } from './measure.js';

/** A member of pairs: a safe augmentation. */
export interface Member {
  /** Index among the labels. */
  readonly label: number;
  readonly measure: Measure;
}

export interface PairsOptions {
  readonly labels: readonly Label[];
  readonly safe: readonly Member[];
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  readonly clean: Scored;
  readonly calibration: number;
  readonly skill: Skill;
  readonly alpha: number;
  /** Images that the network may see; pairs beyond are left. */
  readonly images: number;
  onPair?(done: number, total: number, name: string): void;
  /** False leaves the remaining pairs, e.g. because the budget is spent. */
  mayContinue?(): boolean;
}

/** Two safe augmentations, one after the other. */
export interface PairJudgement {
  readonly members: readonly [string, string];
  /** J of the pair, by the stronger of its two labels. */
  readonly j: number;
  /** Its harm, as a part of the task head's skill. */
  readonly harm: number;
  /** What the pair adds to the sum of its members, with intervals at Holm's levels. */
  readonly moreRecognised: Estimate;
  readonly moreHarm: Estimate;
  readonly conflict: boolean;
  /** One sentence. */
  readonly evidence: string;
}

export interface Pairs {
  readonly judged: readonly PairJudgement[];
  /** Pairs that were not judged. */
  readonly left: number;
  readonly images: number;
}

/** A pair in conflict is recognised by surely more than this beyond its members, ... */
const recognitionMargin = 0.1;
/** ... or loses surely more than this part of the task head's skill beyond them. */
const pairHarmMargin = 0.05;

interface Measured {
  readonly members: readonly [string, string];
  readonly j: number;
  readonly harm: number;
  readonly recognised: PairedMean;
  readonly harmed: PairedMean;
}

/**
 * Judges pairs of safe augmentations, and windows twice in a row, on the judging images: is a pair
 * recognised more, or does it harm the task more, than its two members together?
 *
 * Each image is compared with itself: what the pair does to it, less what each member alone did to it. A
 * member's part is its own evidence, so a pair costs one pass.
 */
export async function judgePairs(options: PairsOptions): Promise<Pairs> {
  const { labels, safe, passes, observer, clean } = options;
  const wanted = pairsOf(safe, labels);
  const measured: Measured[] = [];
  let images = 0;
  for (const [done, [a, b]] of wanted.entries()) {
    const parts = labels[a.label].window || labels[b.label].window;
    const cost = clean.task.count * (parts ? 3 : 1);
    if (images + cost > options.images || options.mayContinue?.() === false) break;
    const specs = [labels[a.label].spec, labels[b.label].spec];
    options.onPair?.(done, wanted.length, specs.map((s) => s.name).join(' + '));
    const both = await score(passes(specs, 0), observer, parts);
    images += cost;
    measured.push(measurePair(a, b, both, options));
  }
  return {
    judged: decidePairs(measured, options.alpha),
    left: wanted.length - measured.length,
    images,
  };
}

/** Windows twice first, then the pairs whose members change most: where there is not time for all. */
function pairsOf(safe: readonly Member[], labels: readonly Label[]): (readonly [Member, Member])[] {
  const twice = safe.filter((m) => labels[m.label].window).map((m) => [m, m] as const);
  const pairs = safe.flatMap((a, i) => safe.slice(i + 1).map((b) => [a, b] as const));
  const change = ([a, b]: readonly [Member, Member]): number =>
    Number(labels[a.label].window && labels[b.label].window) +
    [a, b].reduce((sum, m) => sum + m.measure.whole.j.mean - m.measure.taskChange.value, 0);
  return [...twice, ...pairs.sort((p, q) => change(q) - change(p))];
}

function measurePair(
  a: Member,
  b: Member,
  both: Scored,
  { labels, clean, calibration, skill }: PairsOptions,
): Measured {
  const n = clean.task.count - calibration;
  const together = new Float64Array(n);
  const beyond = new Float64Array(n);
  const lost = new Float64Array(n);
  const lostBeyond = new Float64Array(n);
  // Beside a window the others are seen through it too: the seam tells nothing of them.
  const inWindow = labels[a.label].window || labels[b.label].window;
  const members = (a === b ? [a] : [a, b]).map(({ label, measure }) => {
    const look: Look = inWindow && !labels[label].window ? 'window' : measure.look;
    return { label, look };
  });
  const seen = strongest(members, clean, calibration);
  const [with_, without] = [seen(both), seen(clean)];
  const { cutoff } = bestCutoff(without.subarray(0, calibration), with_.subarray(0, calibration));
  const [scores, before] = [both, clean].map((pass) => pass.task.from(calibration).skill().values);
  for (let i = 0; i < n; i++) {
    const image = calibration + i;
    together[i] = Number(with_[image] > cutoff) - Number(without[image] > cutoff);
    beyond[i] = together[i] - a.measure.differences[i] - b.measure.differences[i];
    lost[i] = scores[i] - before[i];
    lostBeyond[i] = lost[i] - a.measure.skillDifferences[i] - b.measure.skillDifferences[i];
  }
  return {
    members: [labels[a.label].spec.name, labels[b.label].spec.name],
    j: pairedMean(together).mean,
    harm: harm(lost, skill).mean,
    recognised: pairedMean(beyond),
    harmed: harm(lostBeyond, skill),
  };
}

/**
 * The stronger of the members' scores, each in standard deviations of the clean calibration images, so that a
 * cut-off of its own can be chosen for the pair.
 */
function strongest(
  members: readonly { label: number; look: Look }[],
  clean: Scored,
  calibration: number,
): (seen: Scored) => Float64Array {
  const column = (seen: Scored, label: number, look: Look): Float64Array => {
    const all = seen.looks[look];
    if (all === undefined) throw new InternalError(`judgePairs: nothing was seen by ${look}`);
    return Float64Array.from({ length: seen.task.count }, (_, i) => all[i * seen.width + label]);
  };
  const scales = members.map(({ label, look }) => {
    const own = column(clean, label, look).subarray(0, calibration);
    const centre = mean(own);
    const spread = Math.sqrt(mean(own.map((v) => (v - centre) ** 2)));
    return { centre, spread: Math.max(spread, 1e-6) };
  });
  return (seen) => {
    const out = new Float64Array(seen.task.count).fill(-Infinity);
    members.forEach(({ label, look }, m) => {
      const { centre, spread } = scales[m];
      column(seen, label, look).forEach((v, i) => {
        out[i] = Math.max(out[i], (v - centre) / spread);
      });
    });
    return out;
  };
}

/** Both families of tests share alpha; each goes by Holm's procedure. */
function decidePairs(measured: readonly Measured[], alpha: number): PairJudgement[] {
  const levels = (of: (m: Measured) => PairedMean, margin: number): Float64Array =>
    holmLevels(
      measured.map((m) => marginTest(of(m), margin).above),
      alpha / 2,
    );
  const recognition = levels((m) => m.recognised, recognitionMargin);
  const harms = levels((m) => m.harmed, pairHarmMargin);
  return measured.map((m, i): PairJudgement => {
    // One-sided tests: the two-sided interval at twice the level has the same lower limit.
    const moreRecognised = pairedInterval(m.recognised, Math.min(0.99, 2 * recognition[i]));
    const moreHarm = pairedInterval(m.harmed, Math.min(0.99, 2 * harms[i]));
    const recognised = moreRecognised.low > recognitionMargin;
    const harmed = moreHarm.low > pairHarmMargin;
    const told = (what: string, whole: number, more: Estimate): string =>
      `${what} ${whole.toFixed(2)}, ${more.value.toFixed(2)} [${more.low.toFixed(2)}, ${more.high.toFixed(2)}] more than both alone`;
    return {
      members: m.members,
      j: m.j,
      harm: m.harm,
      moreRecognised,
      moreHarm,
      conflict: recognised || harmed,
      evidence: [
        ...(harmed || !recognised ? [told('harm', m.harm, moreHarm)] : []),
        ...(recognised || !harmed ? [told('J', m.j, moreRecognised)] : []),
      ].join('; '),
    };
  });
}
