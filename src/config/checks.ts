import type { z } from 'zod';
import type { augmentingFields, sharedFields } from './common.js';

/** What must hold between settings: what is wrong, or undefined. */
export interface CrossCheck<F> {
  readonly path: readonly string[];
  readonly fields: readonly (keyof F)[];
  problem(c: F): string | false;
}

/** What every command with a training has. */
type Shared = z.output<z.ZodObject<typeof sharedFields & typeof augmentingFields>>;

const boundCheck: CrossCheck<Pick<Shared, 'epochs' | 'budget'>> = {
  path: ['epochs'],
  fields: ['epochs', 'budget'],
  problem: ({ epochs, budget }) =>
    epochs === 'auto' && budget === null && 'expected a number, because there is no budget',
};

const restoreCheck: CrossCheck<Pick<Shared, 'restore' | 'granularity'>> = {
  path: ['restore'],
  fields: ['restore', 'granularity'],
  problem: ({ restore, granularity }) =>
    restore === 'none' &&
    granularity !== 'batch' &&
    "'none' requires granularity 'batch': all images of a batch must have the same size",
};

const resumeCheck: CrossCheck<Pick<Shared, 'resume' | 'overwrite'>> = {
  path: ['resume'],
  fields: ['resume', 'overwrite'],
  problem: ({ resume, overwrite }) => resume && overwrite && 'cannot be combined with overwrite',
};

/** What every command with a training checks. */
export const sharedChecks = [boundCheck, restoreCheck, resumeCheck] as const;

/**
 * A schema with checks between its settings. A check waits only for its own fields, so that all
 * problems are found at once.
 */
export function withChecks<S extends z.ZodType>(
  schema: S,
  checks: readonly CrossCheck<z.output<S>>[],
): S {
  return checks.reduce(
    (checked, check) =>
      checked.refine((c) => check.problem(c) === false, {
        path: [...check.path],
        error: (issue) => check.problem(issue.input as z.output<S>) || '',
        when: ({ issues }) =>
          !issues.some((i) => check.fields.includes(i.path?.[0] as keyof z.output<S>)),
      }),
    schema,
  );
}
