import { z } from 'zod';
import { augmentationFields } from './augmentations.js';
import {
  averagingSchema,
  earlyStoppingSchema,
  labelSmoothingSchema,
  modelSchema,
  optimiserSchema,
  pretrainedSchema,
  scheduleSchema,
} from './training.js';
import { logSchema, secondsSchema, sizeSchema } from './values.js';

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
  data: dataSchema.describe(
    'The images: a folder or an .npz file (its kind is detected), or KIND:DIR.',
  ),
  out: z.string().min(1).describe('Run folder; default: runs/ plus the name of the data.'),
  log: z
    .array(logSchema)
    .default([])
    .describe(
      'Where figures go while the run goes on, beside its folder: tensorboard (event files in tracking/), mlflow:ADDRESS (an MLflow server).',
    ),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0)
    .describe('Seed of every random choice in the run.'),
  resume: z.boolean().default(false).describe('Continue the interrupted run in `out`.'),
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
    .default('auto')
    .describe(
      'Number format of the convolutions; weights, statistics and heads stay in float32. auto: bfloat16 on processors with bfloat16 instructions (avx512_bf16, amx_bf16), otherwise float32. bfloat16 also works on CUDA cards of compute capability 8.0 or newer.',
    ),
  threads: z
    .union([z.literal('auto'), z.int().min(1).max(1024)], {
      error: "expected 'auto' or a whole number of at least 1",
    })
    .default('auto')
    .describe('Threads of the tensor library; auto: one per available core.'),
  workers: z
    .union([z.literal('auto'), z.int().min(0).max(256)], {
      error: "expected 'auto' or a whole number of at least 0",
    })
    .default('auto')
    .describe(
      'Threads that decode and augment; 0: use the main thread. Results do not depend on it.',
    ),
};

const labelField = (meaning: string) =>
  z.string().min(1).nullable().default(null).describe(meaning);

const areValuesOrColours = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => typeof value)).size < 2 &&
  new Set(values.map((value) => String(value).toLowerCase())).size === values.length;

/** How images are read. */
const imageFields = {
  labels: z
    .strictObject({
      file: labelField(
        'Table (CSV) with the class of each image, relative to the data or the working directory; null: the one beside the images, if there are no class folders.',
      ),
      fileColumn: labelField(
        "Its column of the images' files; null: file, filename, path, image, image_id, id or the like.",
      ),
      labelColumn: labelField(
        'Its column of classes; null: label, class, category, target or the like, or the only other one.',
      ),
      splitColumn: labelField(
        'Its column of train, val and test; null: split, subset, partition, part or set, where there is one.',
      ),
      groupColumn: labelField(
        'Its column of what images belong to, such as patients, that must not be divided between parts; null: none.',
      ),
      maskValues: z
        .array(
          z.union([z.int().min(0).max(255), z.string().regex(/^#[0-9a-f]{6}$/i)], {
            error: 'expected a value from 0 to 255, or a colour such as #804080',
          }),
        )
        .min(2)
        .max(255)
        .refine(areValuesOrColours, { error: 'expected values or colours, each only once' })
        .nullable()
        .default(null)
        .describe(
          'Values of the masks that are classes, in their order, such as 0, 128, 255, or their colours, such as "#000000", "#804080"; null: 0, 1, 2, ..., or the colours, as classes.txt names them.',
        ),
      resizeMasks: z
        .boolean()
        .default(false)
        .describe(
          'Take masks that have the shape of their image, but another size (nearest neighbour).',
        ),
    })
    .prefault({}),
  groupBy: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Which images belong together, such as frames of one track, by their paths: a template such as `{track}_*.png`, `{class}/{track}_*` or `{folder}/*`, or a regular expression with a capture group such as `^(.*)_`. They stay in one part of every split, and intervals are over groups. null: by labels.groupColumn, or none.',
    ),
  nearDuplicates: z
    .enum(['together', 'apart'])
    .default('together')
    .describe(
      'Images that are nearly the same (saved again, resized, a little brighter): together in one part of every split and one observation, or treated like any others.',
    ),
  namesAlike: z
    .enum(['together', 'apart'])
    .default('together')
    .describe(
      'Images whose names begin alike, as frames of one track (`00012_00005.png`, `00012_00017.png`), where those also look more alike than others of their class: together in one part of every split and one observation, or treated like any others. groupBy and labels.groupColumn come first.',
    ),
  size: sizeSchema
    .nullable()
    .default('auto')
    .describe(
      "Size of the images in the network: 64, or '48x64' (height x width); auto: by the images, the network and the budget, where images of one size up to 64x64 keep it; null: their own size, if they have the same.",
    ),
  fit: z
    .enum(['auto', 'crop', 'pad', 'stretch'])
    .default('auto')
    .describe(
      'How an image of another aspect ratio comes to that size. crop: scaled until it covers it, its centre taken; pad: scaled until it fits in, the rest filled by reflection; stretch: each side scaled by itself; auto: crop where the size is chosen, stretch where it is set.',
    ),
  decoding: z
    .enum(['auto', 'full'])
    .default('auto')
    .describe(
      'How JPEG files of many times that size are read. auto: with a half or a quarter of their pixels a side, where that leaves four times as many as the size has, which takes less than half of the time; full: with all of them.',
    ),
  resizing: z
    .enum(['symmetric', 'earlier'])
    .default('symmetric')
    .describe(
      'How images come to that size. symmetric: a mirrored image gives the mirrored result, so that nothing but its contents shows a flip; earlier: as in versions that moved enlarged images by half a pixel, for runs of those.',
    ),
  crops: z
    .enum(['working', 'full'])
    .default('working')
    .describe(
      'Cut windows from the image at working size, or from the full image in its file before resizing (thesis, 5.3.1).',
    ),
  onBadFile: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe(
      'What to do with an unreadable or empty file: stop, or skip it. The file is named either way.',
    ),
};

/** How a network is trained. Defaults stand here and nowhere else, with units and reasons. */
const fitFields = {
  budget: secondsSchema
    .nullable()
    .default(20 * 60)
    .describe(
      "Time for the whole run, e.g. '20m' or '1h30m'; the number of epochs is chosen to fit. null: no limit.",
    ),
  epochs: z
    .union([z.literal('auto'), z.int().min(1)], {
      error: "expected 'auto' or a whole number of at least 1",
    })
    .default('auto')
    .describe('Maximum number of epochs; auto: as many as fit the budget.'),
  batch: z
    .union([z.literal('auto'), z.int().min(2).max(65536)], {
      error: "expected 'auto' or a whole number from 2 to 65536",
    })
    .default('auto')
    .describe(
      'Batch size (thesis: 256). auto: up to 256 (`learn`: 64; a trunk that starts from weights, with one class an image: 32; images with masks: 16), reduced to as few as 4 so that an epoch has at least eight steps, and for large images.',
    ),
  model: modelSchema.prefault({}),
  optimiser: optimiserSchema.prefault(defaultVariants.optimiser),
  schedule: scheduleSchema.prefault(defaultVariants.schedule),
  pretrained: pretrainedSchema.prefault({}),
  averaging: averagingSchema
    .default('auto')
    .describe(
      'Moving average of weights and of the norms’ statistics, which is looked at, kept and tested instead of the weights themselves; null: none; auto: none.',
    ),
  labelSmoothing: labelSmoothingSchema
    .default('auto')
    .describe(
      'A class an image: share of the training target that is spread evenly over all classes; auto: 0.',
    ),
  earlyStopping: earlyStoppingSchema
    .default(null)
    .describe(
      'Stop when held-out images show no better accuracy (mean IoU, mean average precision); null: train all epochs.',
    ),
  keepEpoch: z
    .enum(['auto', 'last', 'best'])
    .default('auto')
    .describe(
      'The weights a run ends with: of the last epoch, or of the epoch with the best accuracy (mean IoU, mean average precision) on held-out images; auto: last, but best with plateau or early stopping.',
    ),
  classBalance: z
    .enum(['auto', 'none', 'median', 'logits'])
    .default('auto')
    .describe(
      'How the training loss makes up for uneven classes. logits: the logarithm of each class’s share is added to its logit in training alone (images of one class). median: median frequency balancing, which gives rare classes equal weight (images of one class: at most ten times that of the middle class). auto: logits where images have one class and the commonest has more than 1.5 times its even share, otherwise none.',
    ),
};

/** How subsets are drawn and sizes restored. */
const drawingFields = {
  granularity: z
    .enum(['image', 'batch'])
    .default('image')
    .describe(
      'Draw a subset per image (more label vectors per step) or per batch (as in the thesis).',
    ),
  restore: z
    .enum(['reflect', 'resize', 'none'])
    .default('reflect')
    .describe(
      'How a cropped image returns to the input size; `none` requires granularity `batch`.',
    ),
};

/** How the images are parted, the same for every command: what is tested on must take part in no decision. */
const partFields = {
  testShare: z
    .number()
    .min(0)
    .lt(1)
    .default(0.2)
    .describe(
      'Share of the images set aside for testing if the data have no test part: the same images for every command and seed. 0: none (`learn` only).',
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
