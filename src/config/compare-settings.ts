import { z } from 'zod';
import { sharedChecks, withChecks, type CrossCheck } from './checks.js';
import { augmentingFields, sharedFields } from './common.js';
import { learnedPolicies, runPath, trainingFields } from './train-settings.js';

/** What people train with today, and what the run found, down to the recommendation. */
export const defaultArms = [
  'none',
  'standard',
  'crop-flip-randaugment',
  'crop-flip-trivialaugment',
  'safe',
  'keep',
  'recommended',
] as const;

/** The arms of tables 5.3 to 5.6, then the baselines. */
const thesisArms = [
  'none',
  'safe',
  'all',
  'all+all',
  'all+safe',
  'all+safe-v2',
  'randaugment',
  'trivialaugment',
  'standard',
];

/** Arms one by one: `thesis` stands for several. */
function namedArms(arms: readonly string[]): string[] {
  return arms.flatMap((arm) => (arm === 'thesis' ? thesisArms : [arm]));
}

const compareFields = z.strictObject({
  command: z.literal('compare').default('compare').describe('The command that made the run.'),
  ...sharedFields,
  from: runPath.describe('The `learn` run whose sets are compared.'),
  arms: z
    .array(z.string().min(1))
    .min(1)
    .default(() => [...defaultArms])
    .transform(namedArms)
    .describe(
      'The arms: a policy of `train`; all+POLICY (trained on all, then fine-tuned with that policy); thesis: those of its tables and three baselines.',
    ),
  single: z
    .boolean()
    .default(false)
    .describe('Also train one arm per augmentation and relate its gain to its verdict.'),
  seeds: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe('Number of trainings of each arm; the first uses `seed`.'),
  pretrainShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.3)
    .describe('Share of an arm’s epochs that all+POLICY spends on all (the thesis gives none).'),
  jobs: z.int().min(1).max(1024).default(1).describe('Arms trained at the same time.'),
  engine: z
    .enum(['local', 'slurm'])
    .default('local')
    .describe('Where arms are trained: on this machine, or as Slurm array jobs.'),
  slurm: z
    .strictObject({
      options: z
        .array(z.string())
        .default(() => [])
        .describe('Additional sbatch options, such as --partition=gpu.'),
      retries: z.int().min(0).default(2).describe('How often a failed job is submitted again.'),
      poll: z.number().positive().default(10).describe('Seconds between checks of the queue.'),
    })
    .prefault({}),
  ...augmentingFields,
  ...trainingFields,
});

type CompareFields = z.output<typeof compareFields>;

const fromCheck: CrossCheck<Pick<CompareFields, 'arms' | 'from'>> = {
  path: ['from'],
  fields: ['arms', 'from'],
  problem: ({ arms, from }) =>
    from === null &&
    arms.some((arm) =>
      (learnedPolicies as readonly string[]).includes(arm.replace(/^all\+/, '')),
    ) &&
    'expected the folder of a `learn` run (--from RUN)',
};

const twiceCheck: CrossCheck<Pick<CompareFields, 'arms'>> = {
  path: ['arms'],
  fields: ['arms'],
  problem: ({ arms }) => new Set(arms).size < arms.length && 'each arm may appear only once',
};

const epochsCheck: CrossCheck<Pick<CompareFields, 'arms' | 'epochs'>> = {
  path: ['epochs'],
  fields: ['arms', 'epochs'],
  problem: ({ arms, epochs }) =>
    epochs !== 'auto' &&
    epochs < 2 &&
    arms.some((arm) => arm.startsWith('all+')) &&
    'expected at least 2: one epoch on all and one of fine-tuning',
};

const slurmCheck: CrossCheck<Pick<CompareFields, 'engine' | 'epochs'>> = {
  path: ['engine'],
  fields: ['engine', 'epochs'],
  problem: ({ engine, epochs }) =>
    engine === 'slurm' &&
    epochs === 'auto' &&
    'slurm needs --epochs: the speed of other machines cannot be measured here',
};

/** The settings of `compare` with the checks between them. */
export const compareSchema = withChecks(compareFields, [
  ...sharedChecks,
  fromCheck,
  twiceCheck,
  epochsCheck,
  slurmCheck,
]);

export type CompareConfig = z.output<typeof compareSchema>;
export type CompareInput = Partial<z.input<typeof compareSchema>>;

/**
 * The settings of a comparison that is resumed with more arms or seeds: it loses none of those it has. A `learn` run is
 * taken where it has none.
 *
 * @param given the settings asked for, as `compareSchema` takes them; all but arms, single, seeds and from are left as they were
 * @returns settings for `compareSchema` to check
 */
export function grownComparison(
  stored: CompareConfig,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { arms, single, seeds, from } = given;
  const named = Array.isArray(arms) ? namedArms(arms.map(String)) : [];
  return {
    ...stored,
    arms: [...new Set([...stored.arms, ...named])],
    single: stored.single || single === true,
    seeds: typeof seeds === 'number' ? Math.max(stored.seeds, seeds) : stored.seeds,
    from: stored.from ?? from ?? null,
  };
}
