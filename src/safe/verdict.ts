import { pairedInterval, splitStability, splitTwoGroups, type Estimate } from '../metrics/index.js';
import { Rng } from '../core/index.js';
import type { ControlKind } from './controls.js';
import { chooseDelta, type Delta } from './delta.js';
import { harm, type Skill } from './harm.js';
import { harmLimits, recognitionInterval, recognitionLimits } from './limits.js';
import type { Measure } from './measure.js';
import { exceptionsOf } from './per-class.js';
import { reasonOf, thesisReason } from './reason.js';
import { whyUndertrained } from './undertrained.js';

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

/** What the judging images are to the task. */
export interface TaskFacts {
  /** By the score that harm is measured on. */
  readonly skill: Skill;
  /** By right and wrong: whether the task has been learned at all. */
  readonly accuracy: Skill;
  /** `[n]`, the class of each judging image; undefined where an image has no one class. */
  readonly classes?: Int32Array;
  /** False where the task head knows other classes: nothing is said of harm. Default true. */
  readonly known?: boolean;
}

export interface ClassException {
  readonly label: number;
  /** Part of the task head's skill that images of this class lose. */
  readonly harm: Estimate;
}

export interface Judgement {
  readonly name: string;
  readonly measure: Measure;
  /** J with its interval at the level Holm's procedure gives it. */
  readonly j: Estimate;
  /** Part of the task head's skill lost under it, likewise; excepted classes left out. */
  readonly harm: Estimate;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  /** Classes for which a safe augmentation is not safe. */
  readonly except: readonly ClassException[];
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
  /** Harm up to this is called none. */
  readonly harmMargin: number;
  readonly augmentations: readonly Judgement[];
  readonly controls: readonly ControlJudgement[];
  /** Where the augmentations' J fall apart into two groups, and how much of their variance that explains. */
  readonly groups: { readonly split: number; readonly explained: number };
}

/** Of the task head's skill, lost under an augmentation: docs/decisions/030-delta-rule.md. */
export const harmMargin = 0.2;

/**
 * Decides for every augmentation whether it is safe: recognised no better than delta and without harm to
 * the task; unsafe: surely recognised better, or surely harmful; or undecided.
 *
 * When the network has not learned to look, nothing is decided.
 */
export function decide(
  augmentations: readonly NamedMeasure[],
  controls: readonly (NamedMeasure & { kind: ControlKind })[],
  facts: TaskFacts,
  options: VerdictOptions,
): Verdicts {
  const delta: Delta =
    options.delta === 'auto'
      ? chooseDelta(controls.filter((c) => c.kind === 'harmless'))
      : { value: options.delta, from: 'given in the configuration' };
  const judgedControls = controls.map((c) => judgeControl(c, delta.value));
  const missed = whyUndertrained(judgedControls, facts.accuracy);
  const values = augmentations.map((a) => a.measure.j.mean);
  const errors = augmentations.map((a) => a.measure.j.standardError);
  const stability = splitStability(values, errors, new Rng(options.seed, 'split'));
  const measures = augmentations.map((a) => a.measure);
  const recognised = recognitionLimits(measures, delta.value, options.alpha);
  const { skill, classes } = facts;
  const exceptions = measures.map((m) =>
    classes === undefined
      ? []
      : exceptionsOf(m, classes, skill, { margin: harmMargin, alpha: options.alpha }),
  );
  const lossesOf = (of: (m: Measure) => Float64Array, from: Skill) =>
    measures.map((m, k) => {
      const left = new Set(exceptions[k].map((e) => e.label));
      return harm(of(m), from, (i) => classes === undefined || !left.has(classes[i]));
    });
  const losses = lossesOf((m) => m.skillDifferences, skill);
  const wrong = lossesOf((m) => m.taskDifferences, facts.accuracy);
  const harmed = harmLimits(losses, harmMargin, options.alpha);
  const judged = augmentations.map(({ name, measure }, k): Judgement => {
    const j = recognised[k].estimate;
    const lost = harmed[k].estimate;
    const except = exceptions[k].map(({ label, harm: own }) => ({
      label,
      harm: pairedInterval(own, options.alpha),
    }));
    const own =
      options.rule === 'thesis' && options.thesis !== null
        ? thesisReason(measure, options.thesis)
        : reasonOf({
            measure,
            j,
            ...(facts.known !== false && { harm: lost, wrong: wrong[k] }),
            delta: delta.value,
            harmMargin,
          });
    const [verdict, reason] = missed === '' ? own : (['undecided', missed] as const);
    return {
      name,
      measure,
      j,
      harm: lost,
      verdict,
      reason,
      except: verdict === 'safe' ? except : [],
      lowGroup: stability[k],
    };
  });
  const undecided = judged.some((a) => a.verdict === 'undecided');
  return {
    status: missed !== '' ? 'undertrained' : undecided ? 'partial' : 'decided',
    delta,
    harmMargin,
    augmentations: judged,
    controls: judgedControls,
    groups: splitTwoGroups(values),
  };
}

/** A positive control counts as recognised when the network's own J is surely above this. */
const plenty = 0.5;

function judgeControl(c: NamedMeasure & { kind: ControlKind }, delta: number): ControlJudgement {
  const { name, kind, measure } = c;
  // Whether the network has learned to look is not for the statistics to say.
  if (kind === 'positive') {
    const j = pairedInterval(measure.whole.j, 0.05);
    return { name, kind, measure: { ...measure, ...measure.whole }, j, passed: j.low > plenty };
  }
  const j = recognitionInterval(measure, 0.05);
  return { name, kind, measure, j, passed: j.low < delta };
}
