import {
  holmLevels,
  marginTest,
  pairedInterval,
  splitStability,
  splitTwoGroups,
  type Estimate,
} from '../metrics/index.js';
import { Rng } from '../core/index.js';
import type { ControlKind } from './controls.js';
import { chooseDelta, type Delta } from './delta.js';
import type { Measure } from './measure.js';

export type Verdict = 'safe' | 'unsafe' | 'undecided';
export type Status = 'decided' | 'partial' | 'undertrained';

export interface NamedMeasure {
  readonly name: string;
  readonly measure: Measure;
}

export interface VerdictOptions {
  /** Error rate over all augmentations together, in (0, 1). */
  readonly alpha: number;
  readonly delta: number | 'auto';
  readonly rule: 'equivalence' | 'thesis';
  /** Thresholds of the thesis's manual rule, at probability 0.5. */
  readonly thesis: { readonly tpr: number; readonly fpr: number } | null;
  readonly seed: number;
}

export interface Judgement {
  readonly name: string;
  readonly measure: Measure;
  /** J with its interval at the level Holm's procedure gives it. */
  readonly j: Estimate;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  /** Share of redrawn splits in which it falls into the low of the two groups, 0 to 1. */
  readonly lowGroup: number;
}

export interface ControlJudgement {
  readonly name: string;
  readonly kind: ControlKind;
  readonly measure: Measure;
  readonly j: Estimate;
  readonly passed: boolean;
}

export interface Verdicts {
  readonly status: Status;
  readonly delta: Delta;
  readonly augmentations: readonly Judgement[];
  readonly controls: readonly ControlJudgement[];
  /** Where the augmentations' J fall apart into two groups, and how much of their variance that explains. */
  readonly groups: { readonly split: number; readonly explained: number };
}

/** A positive control counts as recognised when J is surely above this. */
const recognised = 0.5;

/**
 * Decides for every augmentation whether it is safe (design: the upper limit of J is below delta),
 * unsafe (the lower limit is above it), or undecided.
 *
 * When the positive controls are missed the network has not learned to look, and nothing is decided.
 */
export function decide(
  augmentations: readonly NamedMeasure[],
  controls: readonly (NamedMeasure & { kind: ControlKind })[],
  options: VerdictOptions,
): Verdicts {
  const delta: Delta =
    options.delta === 'auto'
      ? chooseDelta(controls.filter((c) => c.kind === 'harmless'))
      : { value: options.delta, from: 'given in the configuration' };
  const judgedControls = controls.map((c) => judgeControl(c, delta.value));
  const missed = missedControls(judgedControls);
  const values = augmentations.map((a) => a.measure.j.mean);
  const errors = augmentations.map((a) => a.measure.j.standardError);
  const stability = splitStability(values, errors, new Rng(options.seed, 'split'));
  const tests = augmentations.map((a) => marginTest(a.measure.j, delta.value));
  const levels = holmLevels(
    tests.map((t) => Math.min(1, 2 * Math.min(t.below, t.above))),
    options.alpha,
  );
  const judged = augmentations.map(({ name, measure }, k): Judgement => {
    const j = pairedInterval(measure.j, levels[k]);
    const own =
      options.rule === 'thesis' && options.thesis !== null
        ? byThesis(measure, options.thesis)
        : byEquivalence(j, delta.value);
    const [verdict, reason] = missed === '' ? own : (['undecided', missed] as const);
    return { name, measure, j, verdict, reason, lowGroup: stability[k] };
  });
  const undecided = judged.some((a) => a.verdict === 'undecided');
  return {
    status: missed !== '' ? 'undertrained' : undecided ? 'partial' : 'decided',
    delta,
    augmentations: judged,
    controls: judgedControls,
    groups: splitTwoGroups(values),
  };
}

function judgeControl(c: NamedMeasure & { kind: ControlKind }, delta: number): ControlJudgement {
  const j = pairedInterval(c.measure.j, 0.05);
  const passed = c.kind === 'positive' ? j.low > recognised : j.low < delta;
  return { name: c.name, kind: c.kind, measure: c.measure, j, passed };
}

/**
 * Which positive controls keep the run from a verdict; empty where it may speak.
 *
 * One may be missed: a set that holds negatives beside its images knows no inversion.
 */
function missedControls(controls: readonly ControlJudgement[]): string {
  const positive = controls.filter((c) => c.kind === 'positive');
  const missed = positive.filter((c) => !c.passed);
  if (missed.length === 0 || (positive.length > 2 && missed.length === 1)) return '';
  const names = missed.map((c) => `${c.name} (J ${c.j.value.toFixed(2)})`).join(', ');
  return `undertrained: the network does not yet recognise ${names}; train longer`;
}

function byEquivalence(j: Estimate, delta: number): readonly [Verdict, string] {
  const told = `J ${signed(j.value)} [${signed(j.low)}, ${signed(j.high)}]`;
  const margin = delta.toFixed(3);
  if (j.high < delta)
    return ['safe', `recognised no better than a harmless change: ${told} below ${margin}`];
  if (j.low > delta) return ['unsafe', `recognised where it was applied: ${told} above ${margin}`];
  return ['undecided', `cannot be told from ${margin} with these images: ${told}`];
}

function byThesis(
  measure: Measure,
  limits: { tpr: number; fpr: number },
): readonly [Verdict, string] {
  const { tpr, fpr } = measure.thesis;
  const told = `recognition ${tpr.toFixed(3)}, false positives ${fpr.toFixed(3)} at probability 0.5`;
  const safe = tpr <= limits.tpr && fpr <= limits.fpr;
  const against = `thresholds ${limits.tpr} and ${limits.fpr}`;
  return safe
    ? ['safe', `${told}, within the ${against}`]
    : ['unsafe', `${told}, beyond the ${against}`];
}

function signed(x: number): string {
  return `${x < 0 ? '−' : ''}${Math.abs(x).toFixed(3)}`;
}
