import { z } from 'zod';
import { augmentationsSchema, fifteen } from './augmentations.js';
import { parseDuration } from './duration.js';
import { earlyStoppingSchema, modelSchema, optimiserSchema, scheduleSchema } from './training.js';

const fraction = z.number().min(0).max(1);

const secondsSchema = z
  .union([z.number().positive(), z.string()], {
    error: "expected a duration such as '90s', '20m' or '1h30m', or seconds",
  })
  .transform((value, context) => {
    const seconds = typeof value === 'number' ? value : parseDuration(value);
    if (seconds !== undefined) return seconds;
    context.addIssue({
      code: 'custom',
      message: "expected a duration such as '90s', '20m' or '1h30m'",
    });
    return z.NEVER;
  });

const side = z.int().min(1).max(16384);
const sizeSchema = z
  .union(
    [
      side.transform((s) => ({ height: s, width: s })),
      z
        .string()
        .regex(/^\d+(x\d+)?$/, "expected pixels such as 64, or HEIGHTxWIDTH such as '48x64'"),
      z.strictObject({ height: side, width: side }),
    ],
    { error: "expected pixels such as 64, or HEIGHTxWIDTH such as '48x64'" },
  )
  .transform((value, context) => {
    if (typeof value !== 'string') return value;
    const [height, width = height] = value.split('x').map(Number);
    if (side.safeParse(height).success && side.safeParse(width).success) return { height, width };
    context.addIssue({ code: 'custom', message: 'expected sides from 1 to 16384 px' });
    return z.NEVER;
  });

/** The variants meant where only a field of them is given, as by `--lr 0.05`. */
export const defaultVariants = {
  optimiser: { name: 'sgd' },
  schedule: { name: 'onecycle' },
} as const;

/** Everything `learn` can be told. Defaults stand here and nowhere else, with units and reasons. */
const learnFields = z.strictObject({
  data: z
    .string({ error: 'expected a folder, or KIND:DIR such as folder:photos' })
    .min(1)
    .describe('The images: a folder whose kind is recognised, or KIND:DIR.'),
  out: z.string().min(1).describe('Run folder. Default: runs/ and the name of the data.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0)
    .describe('Fixes every random choice of the run.'),
  resume: z.boolean().default(false).describe('Go on with the interrupted run in `out`.'),
  overwrite: z.boolean().default(false).describe('Replace the run in `out`.'),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'mps'])
    .default('auto')
    .describe('Where to compute; auto: cuda, then mps, then cpu.'),
  threads: z
    .union([z.literal('auto'), z.int().min(1).max(1024)], {
      error: "expected 'auto' or a number of threads from 1",
    })
    .default('auto')
    .describe('Threads of the tensor library; auto: one for each core this process may use.'),
  workers: z
    .union([z.literal('auto'), z.int().min(0).max(256)], {
      error: "expected 'auto' or a number of workers from 0",
    })
    .default('auto')
    .describe('Threads that decode and augment; 0: in the main thread. Never changes results.'),
  size: sizeSchema
    .nullable()
    .default(null)
    .describe("Resize every image to this: 64 or '48x64' (height x width); null: keep."),
  onBadFile: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('A broken or empty file: stop and name it, or skip, count and name it.'),

  budget: secondsSchema
    .nullable()
    .default(20 * 60)
    .describe("Time for the whole run: '20m', '1h30m'. Epochs are chosen to fit. null: no limit."),
  epochs: z
    .union([z.literal('auto'), z.int().min(1)], {
      error: "expected 'auto' or a number of epochs from 1",
    })
    .default('auto')
    .describe('Passes over the training images, at most; auto: as many as fit the budget.'),
  batch: z.int().min(2).max(65536).default(256).describe('Images a step (thesis: 256).'),
  model: modelSchema.prefault({}),
  optimiser: optimiserSchema.prefault(defaultVariants.optimiser),
  schedule: scheduleSchema.prefault(defaultVariants.schedule),
  earlyStopping: earlyStoppingSchema
    .default(null)
    .describe('Stop when the judging loss stops falling; null: train all epochs.'),

  augmentations: augmentationsSchema
    .default(() => fifteen.map((name) => ({ name })))
    .describe('The set A to judge; default: the fifteen of table 5.1.'),
  subset: z
    .strictObject({
      min: z.int().min(0).default(0).describe('Fewest augmentations on an image.'),
      max: z.int().min(1).default(5).describe('Most augmentations on an image (thesis: 5).'),
    })
    .prefault({}),
  granularity: z
    .enum(['image', 'batch'])
    .default('image')
    .describe(
      'Draw a subset for each image (more label vectors a step) or each batch (the thesis).',
    ),
  restore: z
    .enum(['reflect', 'resize', 'none'])
    .default('reflect')
    .describe('How a cropped image gets back to the input size; none needs granularity batch.'),

  judging: z
    .strictObject({
      fraction: z
        .number()
        .gt(0)
        .lte(0.5)
        .default(0.2)
        .describe('Share of the training images held out for judging.'),
      draws: z
        .int()
        .min(1)
        .default(1)
        .describe('Draws of each augmentation on each judging image.'),
      maxDraws: z
        .int()
        .min(1)
        .default(4)
        .describe('Draws spent at most on augmentations that stay undecided.'),
    })
    .prefault({}),
  rule: z
    .enum(['equivalence', 'thesis'])
    .default('equivalence')
    .describe('equivalence: interval of J against delta; thesis: fixed thresholds.'),
  thesis: z
    .strictObject({
      tpr: fraction.describe('Safe needs a recognition rate at 0.5 of at most this.'),
      fpr: fraction.describe('Safe needs a false-positive rate at 0.5 of at most this.'),
    })
    .nullable()
    .default(null)
    .describe('Thresholds of the thesis rule; the thesis names none, so you must.'),
  alpha: z
    .number()
    .gt(0)
    .lt(0.5)
    .default(0.05)
    .describe('Error rate of the verdicts, over all augmentations together (Holm).'),
  delta: z
    .union([z.literal('auto'), z.number().gt(0).lt(1)], {
      error: "expected 'auto' or a number between 0 and 1",
    })
    .default('auto')
    .describe('Largest J still called safe; auto: learned from the controls.'),
  controls: z
    .boolean()
    .default(true)
    .describe('Train controls beside the augmentations; off needs a numeric delta.'),
});

type Fields = z.output<typeof learnFields>;

/** What must hold between settings: what is wrong, or undefined. */
interface CrossCheck {
  readonly path: readonly string[];
  readonly fields: readonly (keyof Fields)[];
  problem(c: Fields): string | false;
}

const crossChecks: readonly CrossCheck[] = [
  {
    path: ['subset', 'min'],
    fields: ['subset'],
    problem: ({ subset }) =>
      subset.min > subset.max && `expected at most subset.max (${subset.max})`,
  },
  {
    path: ['judging', 'draws'],
    fields: ['judging'],
    problem: ({ judging }) =>
      judging.draws > judging.maxDraws && `expected at most judging.maxDraws (${judging.maxDraws})`,
  },
  {
    path: ['epochs'],
    fields: ['epochs', 'budget'],
    problem: ({ epochs, budget }) =>
      epochs === 'auto' && budget === null && 'expected a number where there is no budget',
  },
  {
    path: ['restore'],
    fields: ['restore', 'granularity'],
    problem: ({ restore, granularity }) =>
      restore === 'none' &&
      granularity !== 'batch' &&
      "'none' needs granularity 'batch': the images of a batch must be of one size",
  },
  {
    path: ['thesis'],
    fields: ['rule', 'thesis'],
    problem: ({ rule, thesis }) =>
      rule === 'thesis' && thesis === null && "expected thresholds { tpr, fpr } with rule 'thesis'",
  },
  {
    path: ['delta'],
    fields: ['controls', 'delta', 'rule'],
    problem: ({ controls, delta, rule }) =>
      !controls &&
      delta === 'auto' &&
      rule === 'equivalence' &&
      'expected a number where controls are off',
  },
  {
    path: ['resume'],
    fields: ['resume', 'overwrite'],
    problem: ({ resume, overwrite }) =>
      resume && overwrite && 'cannot stand together with overwrite',
  },
];

/**
 * The settings with the checks between them. A check waits only for its own fields, so that all
 * problems are found at once. Accepts what it returns: a run's `config.json` resolves to itself.
 */
export const learnSchema = crossChecks.reduce(
  (schema, check) =>
    schema.refine((c) => check.problem(c) === false, {
      path: [...check.path],
      error: (issue) => check.problem(issue.input as Fields) || '',
      when: ({ issues }) => !issues.some((i) => check.fields.includes(i.path?.[0] as keyof Fields)),
    }),
  learnFields,
);

/** A resolved configuration: every default filled in. */
export type LearnConfig = z.output<typeof learnSchema>;
/** What a user may write: everything but `data` may be left out. */
export type LearnInput = Partial<z.input<typeof learnSchema>>;
