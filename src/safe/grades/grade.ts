import type { Estimate, PairedMean } from '../../metrics/index.js';
import { inBrackets, percent, signed, type Ruling } from '../reasons.js';
import { atRest, halfKnown, type HarmGrowth } from './harm-growth.js';

/**
 * What an augmentation is good for in training.
 *
 * - `safe`: not detected, and harmless: its verdict.
 * - `label-keeping`: surely harmless; detected, or not shown to be undetected.
 * - `label-breaking`: surely harmful, detected or not.
 * - `undecided`: neither.
 */
export type Grade = 'safe' | 'label-keeping' | 'label-breaking' | 'undecided';

/** A grade, and one sentence for people that says why; for `undecided` also what would decide it. */
export interface Grading {
  readonly grade: Grade;
  readonly gradeReason: string;
}

/** What the grade of one augmentation goes by. */
export interface GradeFacts {
  /** By recognition and harm. */
  readonly ruling: Ruling;
  readonly j: Estimate;
  readonly delta: number;
  /** By the probability of the true class, at Holm's level, without the classes that are exceptions. */
  readonly harm: Estimate;
  /** The same over all classes, at Holm's level among such intervals. */
  readonly harmOfAll: Estimate;
  /** By right and wrong answers. */
  readonly answerHarm: PairedMean;
  readonly harmMargin: number;
  /** Why a flip or turn is not sure to be harmless though its harm is below the margin: `classesTurned`, `mayTurnClasses`. */
  readonly turned?: string;
  /** How far the task is known, from 0 (guessing) to 1 (perfect): `knownShare`. */
  readonly known: number;
  /** How harm grew while the network was trained, where that was measured. */
  readonly growth?: HarmGrowth;
}

/**
 * Grades an augmentation on both axes: can it be detected, and does a network still know the class?
 *
 * `safe` is the verdict. Otherwise harm alone decides, with its whole interval: above its margin the labels break,
 * below it they are kept. Harm is only known where the task is known (docs/decisions/072-grades.md), so label-keeping
 * also asks that right answers fall no further than the margin, that harm over all classes lies below it, whichever are
 * left out, that it is at rest (`atRest`), and that a flip or turn takes little (`classesTurned`, `mayTurnClasses`).
 */
export function gradeOf(facts: GradeFacts): Grading {
  const { ruling, j, delta, harm, harmOfAll, answerHarm, harmMargin, turned, known, growth } =
    facts;
  const margin = `its margin (${harmMargin})`;
  const harmText = `harm ${inBrackets(harm)}`;
  const undecided = (gradeReason: string): Grading => ({ grade: 'undecided', gradeReason });
  if (ruling.verdict === 'safe') return { grade: 'safe', gradeReason: ruling.reason };
  if (harm.low > harmMargin)
    return {
      grade: 'label-breaking',
      gradeReason: `the network no longer knows the class: ${harmText} is above ${margin}`,
    };
  if (harm.high >= harmMargin)
    return undecided(
      `the interval of harm includes ${margin}: ${harmText}; more judging images would decide it`,
    );
  if (turned !== undefined) return undecided(turned);
  if (harmOfAll.high >= harmMargin)
    return undecided(
      `without the classes that it harms most ${harmText} is below ${margin}, but over all classes it is ${inBrackets(harmOfAll)}; longer training would show whether those classes are exceptions`,
    );
  if (answersFall(answerHarm, harmMargin))
    return undecided(
      `${harmText}, by the probability of the true class, is below ${margin}, but right answers fall by ${answerHarm.mean.toFixed(3)} of the task head's skill; longer training would decide it`,
    );
  if (growth === undefined && known < halfKnown)
    return undecided(
      `${tooLittle(known)}; so far ${harmText}, and how it grew was not measured; longer training would decide it`,
    );
  if (growth !== undefined && !atRest(growth, known, harmMargin))
    return undecided(
      known < halfKnown
        ? `${tooLittle(known)}; so far ${harmText}, and by the time it knows as much harm may pass ${margin}; longer training would decide it`
        : `harm still rises with training: ${signed(growth.before, 3)} after a quarter of it, ${signed(growth.now.value, 3)} at the end; at this pace it may pass ${margin}; longer training would decide it`,
    );
  const sight = `J ${inBrackets(j)}`;
  return {
    grade: 'label-keeping',
    gradeReason: `${harmText} is below ${margin}; ${
      ruling.verdict === 'unsafe'
        ? `it can be detected: ${sight} is above delta (${delta.toFixed(3)})`
        : `it is not shown to be undetected: ${sight} against delta (${delta.toFixed(3)})`
    }`,
  };
}

/**
 * Whether right answers fall by more than the margin, by one standard error: a network that has just begun is unsure
 * where it is wrong, and its probabilities lose less than its answers (docs/decisions/034-harm-by-probability.md).
 */
export function answersFall({ mean, standardError }: PairedMean, harmMargin: number): boolean {
  return mean - standardError > harmMargin;
}

function tooLittle(known: number): string {
  return `the task is not known well enough for harm to say much: of what lies between guessing and perfect, the task head has learned ${percent(known)} for sure, and ${percent(halfKnown)} are required`;
}
