import { z } from 'zod';
import { parseDuration } from '../core/index.js';
import { augmentationsSchema, fifteen } from './augmentations.js';
import { earlyStoppingSchema, modelSchema, optimiserSchema, scheduleSchema } from './training.js';

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

/** As many pixels as an image file may have at most. */
const side = z.int().min(1).max(16383);
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
    context.addIssue({ code: 'custom', message: 'expected sides from 1 to 16383 px' });
    return z.NEVER;
  });

/** The variants meant where only a field of them is given, as by `--lr 0.05`. */
export const defaultVariants = {
  optimiser: { name: 'sgd' },
  schedule: { name: 'onecycle' },
} as const;

const expectedData = { error: 'expected a folder, or KIND:DIR such as folder:photos' };

/** A data set as it is given. */
export const dataSchema = z.string(expectedData).min(1);

/** One or more of them. */
export const dataListSchema = z.array(dataSchema).min(1, expectedData);

/** Where a run stands and what it depends on. */
const runFields = {
  data: dataSchema.describe('The images: a folder whose kind is recognised, or KIND:DIR.'),
  out: z.string().min(1).describe('Run folder. Default: runs/ and the name of the data.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0)
    .describe('Fixes every random choice of the run.'),
  resume: z.boolean().default(false).describe('Go on with the interrupted run in `out`.'),
  overwrite: z.boolean().default(false).describe('Replace the run in `out`.'),
};

/** What it computes with; never changes a result but by rounding. */
const machineFields = {
  device: z
    .enum(['auto', 'cpu', 'cuda', 'mps'])
    .default('auto')
    .describe('Where to compute; auto: cuda, then mps, then cpu.'),
  precision: z
    .enum(['auto', 'float32', 'bfloat16'])
    .default('float32')
    .describe(
      'What convolutions are computed in, with float32 weights, statistics and heads; auto: bfloat16 on processors that multiply it (avx512_bf16, amx_bf16), else float32.',
    ),
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
};

/** How images are read. */
const imageFields = {
  size: sizeSchema
    .nullable()
    .default(null)
    .describe("Resize every image to this: 64 or '48x64' (height x width); null: keep."),
  crops: z
    .enum(['working', 'full'])
    .default('working')
    .describe(
      'Where windows are cut: from the image at working size, or from the full image in its file, which is then resized (thesis, 5.3.1).',
    ),
  onBadFile: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('A broken or empty file: stop and name it, or skip, count and name it.'),
};

/** How a network is trained. Defaults stand here and nowhere else, with units and reasons. */
const fitFields = {
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
  batch: z
    .union([z.literal('auto'), z.int().min(2).max(65536)], {
      error: "expected 'auto' or a number of images from 2 to 65536",
    })
    .default('auto')
    .describe(
      'Images a step (thesis: 256); auto: 256, `learn`: 64, with masks: 16, and fewer, down to 4, where an epoch would have fewer than eight steps.',
    ),
  model: modelSchema.prefault({}),
  optimiser: optimiserSchema.prefault(defaultVariants.optimiser),
  schedule: scheduleSchema.prefault(defaultVariants.schedule),
  earlyStopping: earlyStoppingSchema
    .default(null)
    .describe('Stop when the judging loss stops falling; null: train all epochs.'),
  classBalance: z
    .enum(['none', 'median'])
    .default('none')
    .describe(
      'Segmentation: how classes weigh in the training loss; median: median frequency balancing, so that rare ones count as much.',
    ),
};

/** The augmentations. */
const augmentationFields = {
  augmentations: augmentationsSchema
    .default(() => fifteen.map((name) => ({ name })))
    .describe('The set A to judge; default: the fifteen of table 5.1.'),
};

/** How subsets are drawn and sizes restored. */
const drawingFields = {
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
};

/** How the images are parted, the same for every command: what is tested on must take part in no decision. */
const partFields = {
  testShare: z
    .number()
    .min(0)
    .lt(1)
    .default(0.2)
    .describe(
      'Share of the images set aside for testing if the data have no test part, the same images for every command and seed; 0: none (`learn`).',
    ),
};

/** What every command with a training has. */
export const sharedFields = {
  ...runFields,
  ...machineFields,
  ...imageFields,
  ...partFields,
  ...fitFields,
};

/** What images are augmented with, and how. */
export const augmentingFields = { ...augmentationFields, ...drawingFields };
