import { isotonic, marginTest, pairedInterval, type PairedMean } from '../metrics/index.js';
import { createTransform, type Magnitude, type Params } from '../augment/index.js';
import type { Size } from '../image/image.js';
import { caughtUp, growthSince, seesTooLittle, type Earlier, type Sight } from './growth.js';
import { accuracyOf, harm, type Skill } from './harm.js';
import { harmByMagnitude, type HarmAtMagnitude, type HarmFit } from './grades/keep-range.js';
import { answerDifferencesOf, measureAt, type Evidence, type Measure } from './measure.js';
import { passOf, score, type JudgingPasses, type Observer } from './scoring.js';
import { looksAt, type RecognitionLabel } from './views.js';

/** Parts of the full magnitude that are judged, beside the full one. */
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
  /** How much the network has learned to see, where it is known. */
  readonly sight?: Sight;
  readonly evidence: Evidence;
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  readonly calibration: number;
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
 * Finds how far the magnitude of an augmentation that is not safe may reach: judges parts of its range at
 * the thresholds of the full range, and fits J as a rising function of the magnitude.
 *
 * A range is safe where the fit's upper limit lies below delta, also after what the network may still learn (growth.ts), the
 * estimate of harm lies below its margin, and the same holds for all narrower ranges judged. Costs four passes over the judging
 * images for each of the transform's magnitudes, and as many by the earlier weights. From the same passes comes how far it
 * keeps the labels (`harmByMagnitude`).
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

async function judgeMagnitude(
  magnitude: Magnitude,
  o: StrengthOptions,
): Promise<StrengthJudgement> {
  const { spec, window } = o.labels[o.label];
  const looks = looksAt(o.labels[o.label], o.observer.statistics !== undefined);
  const at: {
    f: number;
    options: Params;
    j: PairedMean;
    harm: HarmAtMagnitude;
    /** J that the network may come to by training. */
    extrapolated: number;
  }[] = [];
  const seen = new Set<string>();
  for (const f of [...parts, 1]) {
    const options = magnitude.at(f);
    // Rounded options, e.g. the odd sides of a blur, may be the same at two parts: judged once.
    const key = JSON.stringify(options);
    if (seen.has(key)) continue;
    seen.add(key);
    const narrowed = [{ name: spec.name, options }];
    const scored = await score(o.passes(narrowed, 0), o.observer, window);
    const applied = passOf(scored, o.label, looks);
    const evidence = {
      looks,
      clean: o.evidence.clean,
      draws: [{ applied, without: o.evidence.clean }],
    };
    const growth =
      o.earlier &&
      (await growthSince(o.earlier, evidence, o.label, {
        label: o.labels[o.label],
        pass: o.passes(narrowed, 0),
        calibration: o.calibration,
      }));
    const {
      looks: recognised,
      keenest,
      skillDifferences,
    } = measureAt(
      evidence,
      o.calibration,
      o.measure.looks.map((l) => l.cutoff),
    );
    const accuracy = accuracyOf(o.evidence.clean.task, o.calibration);
    const answers = harm(answerDifferencesOf(evidence.draws, o.calibration), accuracy);
    const lost = harm(skillDifferences, o.skill);
    const extrapolated = Math.max(
      growth?.extrapolated ?? -1,
      o.sight ? caughtUp(recognised, o.sight) : -1,
    );
    const harms = { lost, answers, growth: growth?.harm };
    at.push({ f, options, j: keenest.j, harm: harms, extrapolated });
  }
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
          at.map((point) => point.harm),
          { known, harmMargin },
        );
  const points = at.map(({ f, j, harm: { lost }, extrapolated }, i): StrengthPoint => {
    const half = pairedInterval(j, 0.05).high - j.mean;
    return {
      magnitude: f * magnitude.full,
      j: j.mean,
      fitted: fitted[i],
      high: Math.max(extrapolated, Math.min(1, fitted[i] + half)),
      harmless: marginTest(lost, harmMargin).above > 0.05 && lost.mean < harmMargin,
      ...kept?.fits[i],
    };
  });
  // The last point before the first that is not safe.
  let last = -1;
  while (last + 1 < points.length && points[last + 1].high < o.delta && points[last + 1].harmless)
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
