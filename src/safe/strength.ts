import { isotonic, marginTest, pairedInterval, type PairedMean } from '../metrics/index.js';
import { createTransform, type Magnitude, type Params } from '../augment/index.js';
import type { Size } from '../image/image.js';
import { caughtUp, growthSince, seesTooLittle, type Earlier, type Sight } from './growth.js';
import { harm, type Skill } from './harm.js';
import { measureAt, type Evidence, type Measure } from './measure.js';
import { passOf, score, type JudgingPasses, type Observer } from './scoring.js';
import { looksAt, type RecognitionLabel } from './views.js';

/** Parts of the full magnitude that are judged, beside the full one. */
const parts = [0.25, 0.5, 0.75];

/** What was measured at one magnitude. */
export interface StrengthPoint {
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
}

/**
 * Finds how far the magnitude of an augmentation that is not safe may reach: judges parts of its range at
 * the thresholds of the full range, and fits J as a rising function of the magnitude.
 *
 * A range is safe where the fit's upper limit lies below delta, also after what the network may still learn (growth.ts), the
 * estimate of harm lies below its margin, and the same holds for all narrower ranges judged. Costs four passes over the judging
 * images for each of the transform's magnitudes, and as many by the earlier weights.
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
    lost: PairedMean;
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
      groupOf: o.evidence.groupOf,
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
    const lost = harm(skillDifferences, o.skill);
    const extrapolated = Math.max(
      growth?.extrapolated ?? -1,
      o.sight ? caughtUp(recognised, o.sight) : -1,
    );
    at.push({ f, options, j: keenest.j, lost, extrapolated });
  }
  // Weights are inverse variances.
  const fitted = isotonic(
    at.map(({ j }) => j.mean),
    at.map(({ j }) => j.standardError ** -2),
  );
  const points = at.map(({ f, j, lost, extrapolated }, i): StrengthPoint => {
    const half = pairedInterval(j, 0.05).high - j.mean;
    return {
      magnitude: f * magnitude.full,
      j: j.mean,
      fitted: fitted[i],
      high: Math.max(extrapolated, Math.min(1, fitted[i] + half)),
      harmless: marginTest(lost, o.harmMargin).above > 0.05 && lost.mean < o.harmMargin,
    };
  });
  // The last point before the first that is not safe.
  let last = -1;
  while (last + 1 < points.length && points[last + 1].high < o.delta && points[last + 1].harmless)
    last++;
  return {
    option: magnitude.option,
    unit: magnitude.unit,
    points,
    safeUpTo: last < 0 ? null : points[last].magnitude,
    options: last < 0 ? null : at[last].options,
  };
}
