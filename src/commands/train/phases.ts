import type { Recipe } from '../../augment/index.js';

/** A part of a training, with what is done to its images. */
export interface TrainingPhase {
  /** Of the epochs, in (0, 1]; those of all phases add up to 1. */
  readonly share: number;
  readonly recipe: Recipe;
}

/** What a training does to its images: the same in all epochs, or one thing after the other. */
export type TrainingRecipe = Recipe | PhasedRecipe;

/** Phases, and what the first of them does instead in a long training. */
export interface PhasedRecipe {
  readonly kind: 'phases';
  readonly phases: TrainingPhase[];
  /** From so many epochs on. */
  readonly long?: { readonly epochs: number; readonly recipe: Recipe };
}

/**
 * What an epoch does to its images. Phases end at the whole epoch nearest to their share: a tenth is one epoch of ten, and
 * none of four.
 *
 * @param epoch from 0
 * @param epochs of the whole training: planned, or as many as the clock leaves, but also where it stops early
 */
export function recipeAt(recipe: TrainingRecipe, epoch: number, epochs: number): Recipe {
  if (recipe.kind !== 'phases') return recipe;
  const { phases, long } = recipe;
  const i = phaseAt(phases, epoch, epochs);
  return i === 0 && long !== undefined && epochs >= long.epochs ? long.recipe : phases[i].recipe;
}

function phaseAt(phases: readonly TrainingPhase[], epoch: number, epochs: number): number {
  let shares = 0;
  const i = phases.findIndex(({ share }) => {
    shares += share;
    return epoch < Math.round(shares * epochs);
  });
  return i < 0 ? phases.length - 1 : i;
}

/**
 * How many epochs each phase of a training gets, by the rule of `recipeAt`.
 *
 * @returns one number for a training without phases; they add up to `epochs`, and a phase may get none
 */
export function epochsOfPhases(recipe: TrainingRecipe, epochs: number): number[] {
  if (recipe.kind !== 'phases') return [epochs];
  const counts = recipe.phases.map(() => 0);
  for (let epoch = 0; epoch < epochs; epoch++) counts[phaseAt(recipe.phases, epoch, epochs)]++;
  return counts;
}
