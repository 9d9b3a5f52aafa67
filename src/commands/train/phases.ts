import type { Recipe } from '../../augment/index.js';

/** A part of a training, with what is done to its images. */
export interface TrainingPhase {
  /** Of the epochs, in (0, 1]; those of all phases add up to 1. */
  readonly share: number;
  readonly recipe: Recipe;
}

/** What a training does to its images: the same in all epochs, or one thing after the other. */
export type TrainingRecipe = Recipe | { readonly kind: 'phases'; readonly phases: TrainingPhase[] };

/**
 * What an epoch does to its images. Phases end at the whole epoch nearest to their share: a tenth is one epoch of ten, and
 * none of four.
 *
 * @param epoch from 0
 * @param epochs of the whole training: planned, or as many as the clock leaves, but also where it stops early
 */
export function recipeAt(recipe: TrainingRecipe, epoch: number, epochs: number): Recipe {
  if (recipe.kind !== 'phases') return recipe;
  let shares = 0;
  for (const phase of recipe.phases) {
    shares += phase.share;
    if (epoch < Math.round(shares * epochs)) return phase.recipe;
  }
  return recipe.phases[recipe.phases.length - 1].recipe;
}

/**
 * How many epochs each phase of a training gets, by the rule of `recipeAt`.
 *
 * @returns one number for a training without phases; they add up to `epochs`, and a phase may get none
 */
export function epochsOfPhases(recipe: TrainingRecipe, epochs: number): number[] {
  if (recipe.kind !== 'phases') return [epochs];
  const counts = recipe.phases.map(() => 0);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const now = recipeAt(recipe, epoch, epochs);
    counts[recipe.phases.findIndex((phase) => phase.recipe === now)]++;
  }
  return counts;
}
