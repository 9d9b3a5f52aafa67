import { isotonic, marginTest, pairedInterval, type PairedMean } from '../metrics/index.js';
import type { Magnitude, Params } from '../augment/types.js';
import type { Size } from '../image/types.js';
import { harm, type Skill } from './harm.js';
import { looksAt } from './looks.js';
import { passOf, score, type JudgingPasses, type Observer } from './judge.js';
import type { Label } from './labels.js';
import { magnitudesOf } from './magnitude.js';
import { measureAt, type Evidence, type Measure } from './measure.js';

/** Parts of the full magnitude that are judged. */
const parts = [0.25, 0.5, 0.75];

export interface StrengthPoint {
  readonly magnitude: number;
  readonly j: number;
  /** The isotonic fit, and the upper limit of its 95 % interval. */
  readonly fitted: number;
  readonly high: number;
  /** Harm surely below its margin is asked for too. */
  readonly harmless: boolean;
}

export interface Strength {
  readonly option: string;
  readonly unit: string;
  readonly points: readonly StrengthPoint[];
  /** The largest magnitude still safe; null where none is. */
  readonly safeUpTo: number | null;
  readonly options: Params | null;
}

export interface StrengthOptions {
  readonly label: number;
  readonly labels: readonly Label[];
  readonly measure: Measure;
  readonly evidence: Evidence;
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  readonly calibration: number;
  readonly skill: Skill;
  readonly size: Size;
  readonly delta: number;
  readonly harmMargin: number;
}

/**
 * Finds for an augmentation that is not safe how far its magnitude may reach: judged at parts of its
 * range, at the cut-offs of the full range, J fitted as a rising function of the magnitude.
 *
 * A range is safe where the fit's upper limit lies below delta and the harm does not surely exceed its margin.
 */
export async function judgeStrength(options: StrengthOptions): Promise<Strength[]> {
  const { labels, label, size } = options;
  const found: Strength[] = [];
  for (const magnitude of magnitudesOf(labels[label].spec, size))
    found.push(await judgeMagnitude(magnitude, options));
  return found;
}

async function judgeMagnitude(magnitude: Magnitude, o: StrengthOptions): Promise<Strength> {
  const { spec, window } = o.labels[o.label];
  const looks = looksAt(o.labels[o.label], o.observer);
  const at: { f: number; options: Params; j: PairedMean; lost: PairedMean }[] = [];
  const seen = new Set<string>();
  for (const f of [...parts, 1]) {
    const options = magnitude.at(f);
    const key = JSON.stringify(options);
    if (seen.has(key)) continue;
    seen.add(key);
    const scored = await score(o.passes([{ name: spec.name, options }], 0), o.observer, window);
    const applied = passOf(scored, o.label, looks);
    const { keenest, skillDifferences } = measureAt(
      { looks, clean: o.evidence.clean, draws: [{ applied, without: o.evidence.clean }] },
      o.calibration,
      o.measure.looks.map((l) => l.cutoff),
    );
    at.push({ f, options, j: keenest.j, lost: harm(skillDifferences, o.skill) });
  }
  const fitted = isotonic(
    at.map(({ j }) => j.mean),
    at.map(({ j }) => j.standardError ** -2),
  );
  const points = at.map(({ f, j, lost }, i): StrengthPoint => {
    const half = pairedInterval(j, 0.05).high - j.mean;
    return {
      magnitude: f * magnitude.full,
      j: j.mean,
      fitted: fitted[i],
      high: Math.min(1, fitted[i] + half),
      harmless: marginTest(lost, o.harmMargin).above > 0.05 && lost.mean < o.harmMargin,
    };
  });
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
