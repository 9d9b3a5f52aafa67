import {
  isotonic,
  marginTest,
  pairedInterval,
  type GroupOf,
  type PairedMean,
} from '../metrics/index.js';
import { createTransform, type Magnitude, type Params } from '../augment/index.js';
import type { Size } from '../image/image.js';
import { leastKnown } from './grades/harm-growth.js';
import { harmByMagnitude, type HarmAtMagnitude, type HarmFit } from './grades/keep-range.js';
import {
  caughtUp,
  growthSince,
  seesTooLittle,
  type Earlier,
  type Growth,
  type Sight,
} from './growth.js';
import type { FoldOf } from './statistics/over-folds.js';
import { accuracyOf, harm, type Skill } from './harm.js';
import { answerDifferencesOf, measureAt, type Evidence, type Measure } from './measure.js';
import { passOf, score, type JudgingPasses, type Observer, type Scored } from './scoring.js';
import { looksAt, type RecognitionLabel } from './views.js';

/** Parts of the full magnitude that are judged, beside the full one, which was judged before. */
const parts = [0.25, 0.5, 0.75];

/** What was measured at one magnitude; of harm only where the task head knows the classes. */
export interface StrengthPoint extends Partial<HarmFit> {
  /** In the unit of the option. */
  readonly magnitude: number;
  readonly j: number;
  /** J by the isotonic fit. */
  readonly fitted: number;
  /** The upper limit of the fit (the half-width of J's 95 % interval above it), or what J may come to by training where that is more. */
  readonly high: number;
  /** The estimate of harm is below its margin. */
  readonly harmless: boolean;
}

/** How far one option of an augmentation may reach. */
export interface StrengthJudgement {
  readonly option: string;
  readonly unit: string;
  /** By rising magnitude. */
  readonly points: readonly StrengthPoint[];
  /** The largest magnitude that is safe; null where none is. */
  readonly safeUpTo: number | null;
  /** The transform's options with that magnitude. */
  readonly options: Params | null;
  /** The largest magnitude that keeps the labels, and the options; null where none does, absent where harm is not judged. */
  readonly keepsUpTo?: number | null;
  readonly keepOptions?: Params | null;
}

export interface StrengthOptions {
  /** Index of the augmentation among the labels. */
  readonly label: number;
  readonly labels: readonly RecognitionLabel[];
  /** At the full range: its thresholds are used for all narrower ones. */
  readonly measure: Measure;
  /** What shows how the network's recognition grew, where there is anything. */
  readonly earlier?: Earlier;
  /** How recognition of the full range grew, where its verdict went by that. */
  readonly growth?: Growth;
  /** How much the network has learned to see, where it is known. */
  readonly sight?: Sight;
  /** At the full range. */
  readonly evidence: Evidence;
  /** Of all judging images. */
  readonly clean: Scored;
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  readonly calibration: number;
  /** `[n]`, of all judging images, where they come in groups. */
  readonly groupOf?: GroupOf;
  /** `[n]`, likewise, where several networks judge. */
  readonly folds?: FoldOf;
  readonly skill: Skill;
  /** Of the images that the transform is applied to. */
  readonly size: Size;
  readonly delta: number;
  readonly harmMargin: number;
  /** How far the task is known (`knownShare`); undefined where the task head knows other classes. */
  readonly known?: number;
  /** The augmentation keeps the labels at its full range. Default false. */
  readonly keepsAll?: boolean;
}

/**
 * Finds how far the magnitude of an augmentation that is not safe may reach: judges parts of its range from the smallest up, at
 * the thresholds of the full range, until one is not safe, and fits J as a rising function of the magnitude.
 *
 * A range is safe where the fit's upper limit lies below delta, also after what the network may still learn (growth.ts), the
 * estimate of harm lies below its margin, and the same holds for all narrower ranges judged. From the same passes comes how far
 * it keeps the labels (`harmByMagnitude`): parts are judged on while either range may still reach further. Costs a pass over the
 * judging images for each part judged, three at most for each of the transform's magnitudes, and one by the earlier weights for
 * each that would be safe or keep the labels without them.
 *
 * @returns none where the network has learned too little to see
 */
export async function judgeStrength(options: StrengthOptions): Promise<StrengthJudgement[]> {
  const { labels, label, size } = options;
  const found: StrengthJudgement[] = [];
  if (seesTooLittle(options.sight)) return found;
  for (const magnitude of createTransform(labels[label].spec).magnitudes(size))
    found.push(await judgeMagnitude(magnitude, options));
  return found;
}

/** A part of a range that was judged. */
interface JudgedPart {
  /** Of the full magnitude, in (0, 1]. */
  readonly part: number;
  readonly options: Params;
  readonly j: PairedMean;
  readonly harmless: boolean;
  readonly harm: HarmAtMagnitude;
  /** J that the network may come to by training. */
  readonly extrapolated: number;
}

async function judgeMagnitude(
  magnitude: Magnitude,
  o: StrengthOptions,
): Promise<StrengthJudgement> {
  const at: JudgedPart[] = [];
  // Rounded options, e.g. the odd sides of a blur, may be the same at two parts: judged once.
  const seen = new Set([keyOf(magnitude.at(1))]);
  let mayBeSafe = true;
  let mayKeep = o.keepsAll !== true;
  for (const part of parts) {
    const options = magnitude.at(part);
    if (seen.has(keyOf(options))) continue;
    seen.add(keyOf(options));
    const judged = await judgePart(part, options, o);
    at.push(judged);
    // What is wider is not safe either, and keeps the labels no better.
    mayBeSafe &&= isSafe(judged, highOf(judged, judged.j.mean), o.delta);
    mayKeep &&= mayKeepLabels(judged, o);
    if (!mayBeSafe && !mayKeep) break;
  }
  at.push(await fullPart(magnitude.at(1), o));
  // Weights are inverse variances.
  const fitted = isotonic(
    at.map(({ j }) => j.mean),
    at.map(({ j }) => j.standardError ** -2),
  );
  const { known, harmMargin } = o;
  const kept =
    known === undefined
      ? undefined
      : harmByMagnitude(
          at.map((judged) => judged.harm),
          { known, harmMargin },
        );
  const points = at.map((judged, i): StrengthPoint => ({
    magnitude: judged.part * magnitude.full,
    j: judged.j.mean,
    fitted: fitted[i],
    high: highOf(judged, fitted[i]),
    harmless: judged.harmless,
    ...kept?.fits[i],
  }));
  // The last point before the first that is not safe.
  let last = -1;
  while (last + 1 < points.length && isSafe(points[last + 1], points[last + 1].high, o.delta))
    last++;
  const keptRange = (end: number) => ({
    keepsUpTo: end < 0 ? null : points[end].magnitude,
    keepOptions: end < 0 ? null : at[end].options,
  });
  return {
    option: magnitude.option,
    unit: magnitude.unit,
    points,
    safeUpTo: last < 0 ? null : points[last].magnitude,
    options: last < 0 ? null : at[last].options,
    ...(kept && keptRange(o.keepsAll === true ? at.length - 1 : kept.last)),
  };
}

const keyOf = (options: Params): string => JSON.stringify(options);

const isSafe = ({ harmless }: Pick<JudgedPart, 'harmless'>, high: number, delta: number): boolean =>
  high < delta && harmless;

/** The upper limit at a J, or what J may come to where that is more. */
function highOf({ j, extrapolated }: JudgedPart, at: number): number {
  const half = pairedInterval(j, 0.05).high - j.mean;
  return Math.max(extrapolated, Math.min(1, at + half));
}

/** Whether a part keeps the labels, as far as was measured; false where harm is not judged. */
function mayKeepLabels({ harm: of }: JudgedPart, { known, harmMargin }: StrengthOptions): boolean {
  return known !== undefined && harmByMagnitude([of], { known, harmMargin }).last === 0;
}

/** Whether a part keeps the labels unless its harm grows, which is then worth measuring. */
function isHarmless({ harm: of }: JudgedPart, { known, harmMargin }: StrengthOptions): boolean {
  if (known === undefined || known < leastKnown) return false;
  const unmeasured = { ...of, growth: undefined };
  return harmByMagnitude([unmeasured], { known: 1, harmMargin }).last === 0;
}

/** The full range: judged before, with as many images and draws as its verdict took. */
async function fullPart(options: Params, o: StrengthOptions): Promise<JudgedPart> {
  const { spec } = o.labels[o.label];
  const own = keyOf(createTransform({ name: spec.name, options }).options);
  // Rounded options may fall short of it.
  if (own !== keyOf(createTransform(spec).options)) return judgePart(1, options, o);
  const judged = partOf(1, options, o.evidence, o);
  if (o.growth !== undefined) return withGrowth(judged, o.growth);
  // Harm that Holm's level leaves open may lie below its margin here; what was seen on some of the images alone does not.
  const whole = o.evidence.clean.task.count === o.clean.task.count;
  const asked = whole && o.keepsAll !== true && isHarmless(judged, o);
  return asked ? grown(judged, o.evidence, o) : judged;
}

async function judgePart(part: number, options: Params, o: StrengthOptions): Promise<JudgedPart> {
  const label = o.labels[o.label];
  const looks = looksAt(label, o.observer.statistics !== undefined);
  const scored = await score(o.passes(narrowed(label, options), 0), o.observer, label.window);
  const without = passOf(o.clean, o.label, looks);
  const applied = passOf(scored, o.label, looks);
  const { groupOf, folds } = o;
  const evidence = { looks, clean: without, draws: [{ applied, without }], groupOf, folds };
  const judged = partOf(part, options, evidence, o);
  const safe = isSafe(judged, highOf(judged, judged.j.mean), o.delta);
  const keeps = o.keepsAll !== true && isHarmless(judged, o);
  return safe || keeps ? grown(judged, evidence, o) : judged;
}

const narrowed = ({ spec: { name } }: RecognitionLabel, options: Params) => [{ name, options }];

/** The same part with how recognition and harm grew, where earlier weights tell. */
async function grown(
  judged: JudgedPart,
  evidence: Evidence,
  { earlier, labels, label: k, passes, calibration }: StrengthOptions,
): Promise<JudgedPart> {
  if (earlier === undefined) return judged;
  const label = labels[k];
  const pass = passes(narrowed(label, judged.options), 0);
  return withGrowth(judged, await growthSince(earlier, evidence, k, { label, pass, calibration }));
}

function withGrowth(judged: JudgedPart, growth: Growth): JudgedPart {
  return {
    ...judged,
    harm: { ...judged.harm, growth: growth.harm },
    extrapolated: Math.max(judged.extrapolated, growth.extrapolated),
  };
}

/** What was seen of a part, at the thresholds of the full range. */
function partOf(
  part: number,
  options: Params,
  evidence: Evidence,
  { calibration, clean, groupOf, folds, measure, skill, harmMargin, sight }: StrengthOptions,
): JudgedPart {
  const { looks, keenest, skillDifferences } = measureAt(
    evidence,
    calibration,
    measure.looks.map((l) => l.cutoffs),
  );
  const lost = harm(skillDifferences, skill);
  const answers = harm(
    answerDifferencesOf(evidence.draws, calibration),
    accuracyOf(clean.task, calibration, { groupOf, folds }),
  );
  return {
    part,
    options,
    j: keenest.j,
    harmless: marginTest(lost, harmMargin).above > 0.05 && lost.mean < harmMargin,
    harm: { lost, answers },
    extrapolated: sight ? caughtUp(looks, sight) : -1,
  };
}
