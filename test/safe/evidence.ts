import { Rng } from '../../src/core/index.js';
import type { Evidence } from '../../src/safe/measure.js';
import type { Pass } from '../../src/safe/scoring.js';
import { ClassScores } from '../../src/tasks/classification.js';

export interface Simulated {
  /** Judging images. */
  n: number;
  draws: number;
  /** How far the augmentation moves the score, in standard deviations of the clean scores. */
  shift: number;
  /** Correlation between an image's clean and augmented score. */
  correlation?: number;
  /** Chance that the augmentation turns a right answer of the task head wrong. */
  harm?: number;
  /** Added to all scores: logits of rare labels are negative. */
  level?: number;
}

/** Evidence whose truth is known: normal scores, shifted. */
export function simulateEvidence(s: Simulated, ...key: (string | number)[]): Evidence {
  const rng = new Rng('evidence', ...key);
  const { n, draws, shift, correlation = 0.8, harm = 0, level = -3 } = s;
  const base = Float64Array.from({ length: n }, () => rng.normal());
  const pass = (move: number, break_: number, before?: Float64Array): Pass => {
    const scores = Float64Array.from(
      base,
      (b) => level + Math.sqrt(correlation) * b + Math.sqrt(1 - correlation) * rng.normal() + move,
    );
    return { task: seen(break_, before), scores: [scores], network: scores };
  };
  const seen = (break_: number, before?: Float64Array): ClassScores => {
    const correct = Float64Array.from({ length: n }, (_, i) =>
      before === undefined ? Number(rng.bool(0.7)) : before[i] && Number(!rng.bool(break_)),
    );
    // Sure of what it says, right or wrong.
    const losses = Float64Array.from(correct, (right) => {
      const p = rng.uniform(0.9, 1);
      return -Math.log(right === 1 ? p : 1 - p);
    });
    return new ClassScores(correct, losses);
  };
  const clean = pass(0, 0);
  return {
    looks: ['network'],
    clean,
    draws: Array.from({ length: draws }, () => ({
      applied: pass(shift, harm, clean.task.correct),
      without: clean,
    })),
  };
}
