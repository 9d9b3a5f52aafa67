import {
  lookLevel,
  pairedInterval,
  splitStability,
  splitTwoGroups,
  type Estimate,
  type Inspection,
} from '../metrics/index.js';
import type { ControlKind } from '../augment/index.js';
import { Rng } from '../core/index.js';
import {
  chooseDelta,
  harmLimits,
  recognitionInterval,
  recognitionLimits,
  type Delta,
  type LookOf,
} from './delta-and-limits.js';
import type { Inspections } from './collecting/collecting.js';
import { exceptionsOf, harm, type ClassException, type Skill } from './harm.js';
import { sightOf, type Growth, type Sight } from './growth.js';
import { gradeOf, type Grade, type Grading } from './grades/grade.js';
import { knownShare } from './grades/harm-growth.js';
import { classesTurned, mayTurnClasses } from './grades/orientation.js';
import type { Measure } from './measure.js';
import { inBrackets, rulingBy, rulingByThesis, type Ruling } from './reasons.js';

/** partial: some augmentation is undecided; undertrained: all are, because the network has not learned enough. */
export type Status = 'decided' | 'partial' | 'undertrained';

export interface NamedMeasure {
  readonly name: string;
  readonly measure: Measure;
  /** Of the network's recognition; undefined where no earlier weights were asked. */
  readonly growth?: Growth;
  /** The looks at growing evidence that it was judged by, the last one at this measure; undefined: only this one. */
  readonly inspections?: Inspections;
}

export interface NamedControl extends NamedMeasure {
  readonly kind: ControlKind;
}

export interface VerdictOptions {
  /** Error rate over all augmentations together, in (0, 1). */
  readonly alpha: number;
  /** The margin of J; `auto`: from the harmless controls. */
  readonly delta: number | 'auto';
  readonly rule: 'equivalence' | 'thesis';
  /** Thresholds of the thesis's manual rule, at probability 0.5. */
  readonly thesis: { readonly tpr: number; readonly fpr: number } | null;
  readonly seed: number;
}

/** What the task head can do on the clean judging images. */
export interface TaskFacts {
  /** By the score that harm is measured on, such as the probability of the true class: harm is a part of it. */
  readonly skill: Skill;
  /** By right and wrong answers: shows whether the task has been learned at all. */
  readonly accuracy: Skill;
  /** `[n]`, the class of each judging image; undefined where an image has no single class. */
  readonly classes?: Int32Array;
  /** False where the task head knows other classes: harm is not judged. Default true. */
  readonly known?: boolean;
}

export interface AugmentationJudgement extends Ruling {
  readonly name: string;
  readonly measure: Measure;
  /** J with its interval at the level that Holm's procedure gives it. */
  readonly j: Estimate;
  /** Part of the task head's skill lost under it, likewise; without the excepted classes. */
  readonly harm: Estimate;
  /** Classes for which an augmentation that is safe or keeps the labels does not. */
  readonly except: readonly ClassException[];
  /** By recognition and harm, whatever the rule; undefined where the task head knows other classes. */
  readonly grading?: Grading;
  readonly growth?: Growth;
  /** Share of redrawn splits in which it falls into the low of the two groups, 0 to 1. */
  readonly lowGroup: number;
}

export interface ControlJudgement {
  readonly name: string;
  readonly kind: ControlKind;
  readonly measure: Measure;
  /** With its 95 % interval. */
  readonly j: Estimate;
  /** A positive control: recognised; any other: not recognised beyond delta. */
  readonly passed: boolean;
}

export interface Verdicts {
  readonly status: Status;
  readonly delta: Delta;
  /** How much the network has learned to see; undefined where nothing tells. */
  readonly sight?: Sight;
  /** Harm below this part of the task head's skill is tolerated. */
  readonly harmMargin: number;
  /** How far the task is known for sure (`knownShare`); undefined where the task head knows other classes. */
  readonly known?: number;
  readonly augmentations: readonly AugmentationJudgement[];
  readonly controls: readonly ControlJudgement[];
  /** The J that splits the augmentations best into two groups, and the share of the variance that this explains. */
  readonly groups: { readonly split: number; readonly explained: number };
}

/** Part of the task head's skill that an augmentation may cost: docs/decisions/030-delta-rule.md. */
const harmMargin = 0.2;
/** A positive control counts as recognised when the lower limit of the network's own J is above this. */
const positiveJ = 0.5;
/** Where the task is mastered, this is enough: docs/decisions/035-undertrained-on-textures.md. */
const masteredPositiveJ = 0.4;
/** The task is mastered when accuracy has surpassed this share of what lies between guessing and perfect. */
const mastered = 0.75;

/**
 * Decides for every augmentation whether it is safe: J below delta and harm below its margin, with the whole
 * interval of each; unsafe: one of them above; or undecided. Intervals go by Holm's procedure at alpha.
 *
 * Where the network has not learned enough, nothing is decided.
 */
export function decide(
  augmentations: readonly NamedMeasure[],
  controls: readonly NamedControl[],
  facts: TaskFacts,
  options: VerdictOptions,
): Verdicts {
  const { alpha, thesis } = options;
  const delta: Delta =
    options.delta === 'auto'
      ? chooseDelta(controls.filter((c) => c.kind === 'harmless'))
      : { value: options.delta, from: 'set in the configuration' };
  const judgedControls = controls.map((c) => judgeControl(c, delta.value));
  const undertrained = whyUndertrained(judgedControls, facts);

  // All arrays from here on are in the order of the augmentations.
  const measures = augmentations.map((a) => a.measure);
  const values = measures.map((m) => m.j.mean);
  const errors = measures.map((m) => m.j.standardError);
  const stability = splitStability(values, errors, new Rng(options.seed, 'split'));
  const lookAt =
    (of: (i: Inspections) => readonly Inspection[]): LookOf =>
    (k, level) => {
      const { inspections } = augmentations[k];
      return inspections === undefined ? level : lookLevel(level, of(inspections));
    };
  const recognised = recognitionLimits(
    measures,
    delta.value,
    alpha,
    lookAt((i) => i.j),
  );
  const positive = controls.filter((c) => c.kind === 'positive');
  const sight = sightOf([...measures, ...positive.map((c) => c.measure)]);
  const { exceptions, losses, lossesOfAll, answerHarms } = harmsOf(measures, facts, alpha);
  const harmLook = lookAt((i) => i.harm);
  const harmed = harmLimits(losses, harmMargin, alpha, harmLook);
  const harmedOfAll = harmLimits(lossesOfAll, harmMargin, alpha, harmLook);
  const known = facts.known === false ? undefined : knownShare(facts.accuracy);

  const judged = augmentations.map(({ name, measure, growth }, k): AugmentationJudgement => {
    const j = recognised[k];
    const lost = harmed[k];
    const why = known === undefined ? undefined : classesTurned(name, lost, harmMargin);
    const doubt = why ?? mayTurnClasses(name, lost, harmMargin);
    const ruling = rulingBy({
      measure,
      j,
      ...(known !== undefined && { harm: lost, answerHarm: answerHarms[k] }),
      delta: delta.value,
      harmMargin,
      ...(why !== undefined && { turned: why }),
      growth,
      sight,
    });
    const own =
      options.rule === 'thesis' && thesis !== null ? rulingByThesis(measure, thesis) : ruling;
    const { verdict, reason, needs }: Ruling =
      undertrained === '' ? own : { verdict: 'undecided', reason: undertrained, needs: 'training' };
    const grading =
      known === undefined
        ? undefined
        : undertrained !== ''
          ? { grade: 'undecided' as const, gradeReason: undertrained }
          : gradeOf({
              ...{ ruling, j, delta: delta.value, harm: lost, harmOfAll: harmedOfAll[k] },
              ...{ answerHarm: answerHarms[k], harmMargin, known, growth: growth?.harm },
              ...(doubt !== undefined && { turned: doubt }),
            });
    return {
      name,
      measure,
      j,
      harm: lost,
      verdict,
      reason,
      needs,
      growth,
      grading,
      except: verdict === 'safe' || keepsLabels(grading?.grade) ? exceptions[k] : [],
      lowGroup: stability[k],
    };
  });
  const undecided = judged.some((a) => a.verdict === 'undecided');
  return {
    status: undertrained !== '' ? 'undertrained' : undecided ? 'partial' : 'decided',
    delta,
    sight,
    harmMargin,
    known,
    augmentations: judged,
    controls: judgedControls,
    groups: splitTwoGroups(values),
  };
}

/** Whether training with an augmentation of this grade keeps the labels; an undefined grade says nothing. */
export function keepsLabels(grade: Grade | undefined): boolean {
  return grade === 'safe' || grade === 'label-keeping';
}

/** Harm of each augmentation, by probability and by answers, without the classes that are exceptions, and with them. */
function harmsOf(
  measures: readonly Measure[],
  { skill, accuracy, classes }: TaskFacts,
  alpha: number,
) {
  const exceptions = measures.map((m): ClassException[] =>
    classes === undefined
      ? []
      : exceptionsOf(m.skillDifferences, classes, skill, { margin: harmMargin, alpha }),
  );
  const harmOfRest = (of: (m: Measure) => Float64Array, from: Skill) =>
    measures.map((m, k) => {
      const excepted = new Set(exceptions[k].map((e) => e.label));
      return harm(of(m), from, (i) => classes === undefined || !excepted.has(classes[i]));
    });
  return {
    exceptions,
    losses: harmOfRest((m) => m.skillDifferences, skill),
    lossesOfAll: measures.map((m) => harm(m.skillDifferences, skill)),
    answerHarms: harmOfRest((m) => m.taskDifferences, accuracy),
  };
}

function judgeControl({ name, kind, measure }: NamedControl, delta: number): ControlJudgement {
  // Positive controls show whether the network has learned to look; statistics need not learn it.
  if (kind === 'positive') {
    const j = pairedInterval(measure.whole.j, 0.05);
    return { name, kind, measure: { ...measure, ...measure.whole }, j, passed: j.low > positiveJ };
  }
  const j = recognitionInterval(measure, 0.05);
  return { name, kind, measure, j, passed: j.low < delta };
}

/**
 * Why the network has not learned enough for any verdict, in one sentence; empty where it has.
 *
 * Half of the positive controls must be recognised, and not more: a data set may hold negatives beside its
 * images, or patterns in which the seams of shuffled tiles are lost. On plain textures that leaves only controls that
 * no network recognises well; one that has mastered the task there need not recognise them as often. And the
 * task head must do better than guessing, by its answers and by what harm is measured on, or nothing is known about
 * what keeps the labels: harm is a part of that skill, and a part of nothing is small whatever an augmentation does.
 */
function whyUndertrained(
  controls: readonly ControlJudgement[],
  { accuracy, skill, known }: TaskFacts,
): string {
  const { value, low, high } = pairedInterval(accuracy.score, 0.05);
  const { chance } = accuracy;
  const isMastered = knownShare(accuracy) > mastered;
  const positive = controls.filter((c) => c.kind === 'positive');
  const missed = positive.filter((c) => !(c.passed || (isMastered && c.j.low > masteredPositiveJ)));
  if (positive.length > 0 && missed.length > positive.length / 2) {
    const names = missed.map((c) => `${c.name} (J ${c.j.value.toFixed(2)})`).join(', ');
    return `undertrained: the network does not recognise the positive controls ${names}; train longer, or on more images`;
  }
  if (low <= chance)
    return `undertrained: the task's accuracy is not shown to be better than guessing (${chance.toFixed(3)}): ${inBrackets({ value, low, high })}; train longer, or check the labels`;
  const learned = pairedInterval(skill.score, 0.05);
  if (known !== false && learned.low <= skill.chance)
    return `undertrained: the task head's skill, of which harm is a part, is not shown to be better than guessing (${skill.chance.toFixed(3)}): ${inBrackets(learned)}; train longer, or check the labels`;
  return '';
}
