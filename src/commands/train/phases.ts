import type { PolicyNode, Recipe } from '../../augment/index.js';
import type { StrengthGrowth } from '../../train/index.js';

/** A part of a training, with what is done to its images. */
export interface TrainingPhase {
  /** Of the epochs, in (0, 1]; those of all phases add up to 1. */
  readonly share: number;
  readonly recipe: Recipe;
}

/** What a training does to its images: the same in all epochs, or one thing after the other. */
export type TrainingRecipe = Recipe | PhasedRecipe;

/** Phases, and how the first of them grows while the training runs ahead of its held-out images. */
export interface PhasedRecipe {
  readonly kind: 'phases';
  readonly phases: TrainingPhase[];
  readonly grows?: GrowingRecipe;
  /** Of runs of older versions: what the first phase does instead from so many epochs on. */
  readonly long?: { readonly epochs: number; readonly recipe: Recipe };
}

/** What the first phase does instead, by the strength that the training has come to. */
export interface GrowingRecipe {
  /** To every image. */
  readonly recipe: Recipe & { readonly kind: 'policy' };
  /** Then these, one after the other: at a strength of 2.3 the first two, and the third to three of ten images. */
  readonly steps: PolicyNode[];
}

/** The strength that a training begins with, which is the least: what its last phase does. */
const leastStrength = 0;

/** Of a task that is known: two of the steps. */
const leastStrengthKnown = 2;

/** Below, an epoch does what the last phase does. */
const ownFrom = 0.5;

/** The strength at which every image gets the first step and no other: what a policy is shown by. */
export const shownStrength = 1;

/** How the strength of a training moves; undefined: it is the same in all epochs. */
export function growthOf(recipe: TrainingRecipe): StrengthGrowth | undefined {
  if (recipe.kind !== 'phases' || recipe.grows === undefined) return undefined;
  const { grows, phases } = recipe;
  const [{ share }, most] = [phases[0], grows.steps.length];
  return { least: leastStrength, leastKnown: Math.min(leastStrengthKnown, most), most, share };
}

/**
 * What an epoch does to its images. Phases end at the whole epoch nearest to their share: a tenth is one epoch of ten, and
 * none of four.
 *
 * @param epoch from 0
 * @param epochs of the whole training: planned, or as many as the clock leaves, but also where it stops early
 * @param strength of a training whose first phase grows
 */
export function recipeAt(
  recipe: TrainingRecipe,
  epoch: number,
  epochs: number,
  strength = leastStrength,
): Recipe {
  if (recipe.kind !== 'phases') return recipe;
  const { phases, long, grows } = recipe;
  const i = phaseAt(phases, epoch, epochs);
  if (i === 0 && grows !== undefined)
    return strength < ownFrom ? phases[phases.length - 1].recipe : grownRecipe(grows, strength);
  return i === 0 && long !== undefined && epochs >= long.epochs ? long.recipe : phases[i].recipe;
}

function grownRecipe({ recipe, steps }: GrowingRecipe, strength: number): Recipe {
  const { policy } = recipe;
  const added = steps.flatMap((step, i) =>
    strength > i ? [{ ...step, p: step.p * Math.min(1, strength - i) }] : [],
  );
  const root: PolicyNode = { kind: 'compose', members: [policy.root, ...added], p: 1 };
  return { ...recipe, policy: { ...policy, root } };
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
