import { z } from 'zod';
import { defaultWidth, modelNames, networks, type Network } from '../models/index.js';

const positive = z.number().positive();
const fraction = z.number().min(0).max(1);

/** What the networks say of themselves, each sentence once. */
const said = (of: (network: Network) => string | null): string =>
  [...new Set(networks.map(of))].filter((text) => text !== null).join(' ');

/** The network: trunk and stem. */
export const modelSchema = z.strictObject({
  name: z
    .enum(['auto', ...modelNames])
    .default('auto')
    .describe(
      `Trunk shared by both heads; images with masks add a Feature Pyramid Network. auto: efficientnet-lite0, which starts from ImageNet weights, where images are worked on at 64 px or more (the longer side), otherwise resnet-small. ${said(({ about }) => about)}`,
    ),
  stem: z
    .enum(['auto', 'imagenet', 'small'])
    .default('auto')
    .describe(
      `First layers; auto: small up to ${said(({ smallUpTo }) => smallUpTo?.toString() ?? null)} px. ${said(({ settings }) => settings.stem)}`,
    ),
  width: z
    .int()
    .min(8)
    .max(256)
    .default(defaultWidth)
    .describe(
      `Width of the network. ${said(({ settings }) => settings.width)} Other networks ignore it.`,
    ),
  weights: z
    .string()
    .min(1)
    .nullable()
    .default('auto')
    // Null stands in settings of earlier versions.
    .transform((weights) => weights ?? 'none')
    .describe(
      'What the trunk starts from; auto: the ImageNet weights that come with efficientnet-lite0 for images of 64 px or more, otherwise none; none: from scratch, as in the thesis; or a safetensors file, such as torchvision’s ImageNet weights.',
    ),
});

const decayed = z
  .enum(['all', 'weights'])
  .default('all')
  .describe(
    'What weight decay acts on: all parameters, or weights alone (no biases, nor factors and shifts of norms), as timm has it.',
  );

const sgdSchema = z.strictObject({
  name: z.literal('sgd').describe('Stochastic gradient descent with momentum.'),
  lr: positive.default(0.1).describe('Learning rate (peak rate under onecycle and cosine).'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Momentum (thesis, 5.2.1).'),
  weightDecay: z.number().min(0).default(5e-4).describe('L2 penalty (thesis, 5.2.1).'),
  nesterov: z.boolean().default(false).describe('Look-ahead momentum.'),
  decayed,
});

const adamFields = {
  lr: positive.default(1e-3).describe('Learning rate (peak rate under onecycle and cosine).'),
  beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment.'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the second moment.'),
  eps: positive.default(1e-8).describe('Added to the root of the second moment.'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('L2 penalty in adam, decoupled decay in adamw.'),
  decayed,
};

/** The optimiser, told apart by `name`. */
export const optimiserSchema = z.discriminatedUnion('name', [
  sgdSchema,
  z.strictObject({
    name: z
      .literal('auto')
      .describe(
        'What suits network, images and epochs: in `train` and `compare`, SGD at 0.1 for the small network from scratch and 200,000 images or more in all epochs; otherwise AdamW at 0.003, or for a trunk that starts from weights at 0.0002.',
      ),
    lr: positive.nullable().default(null).describe('Learning rate; null: that of the choice.'),
    weightDecay: z.number().min(0).nullable().default(null).describe('Likewise.'),
    decayed: z.enum(['all', 'weights']).nullable().default(null).describe('Likewise.'),
  }),
  z.strictObject({ name: z.literal('adam').describe('Adam.'), ...adamFields }),
  z.strictObject({
    name: z.literal('adamw').describe('Adam with decoupled weight decay.'),
    ...adamFields,
  }),
]);

/** The learning rate over time, told apart by `name`. */
export const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('onecycle').describe('Rises, then falls along a cosine, over the whole run.'),
    warmup: fraction.default(0.25).describe('Share of the steps in which the rate rises.'),
    startDivide: z
      .number()
      .min(1)
      .default(25)
      .describe('The first rate is the peak divided by this.'),
    endDivide: z
      .number()
      .min(1)
      .default(1e4)
      .describe('The last rate is the peak divided by this.'),
  }),
  z.strictObject({
    name: z.literal('cosine').describe('Falls along a cosine over the whole run.'),
    warmupEpochs: z.number().min(0).default(0).describe('Epochs of linear warm-up.'),
    minLr: z.number().min(0).default(0).describe('Final rate.'),
  }),
  z.strictObject({
    name: z.literal('plateau').describe('Lowered when the held-out loss stops falling.'),
    factor: z.number().gt(0).lt(1).default(0.1).describe('Factor applied to the rate.'),
    patience: z
      .int()
      .min(0)
      .default(10)
      .describe('Epochs without improvement before the rate is lowered.'),
    minLr: z.number().min(0).default(0).describe('The rate never falls below this.'),
  }),
  z.strictObject({ name: z.literal('constant').describe('The same rate throughout.') }),
]);

/** A setting that `auto` leaves to `usualTraining`. */
function orAuto<S extends z.ZodType>(setting: S, expected: string) {
  return z.union([z.literal('auto'), setting], { error: `expected 'auto' or ${expected}` });
}

/** How a trunk that starts from weights of a file is trained on. */
export const pretrainedSchema = z.strictObject({
  headFactor: orAuto(positive, 'a number above 0')
    .default('auto')
    .describe(
      'Where the trunk starts from weights: the rate of all other parameters (heads, pyramid) is optimiser.lr times this; auto: where an image has one class 4, in `learn` 10; otherwise 1.',
    ),
  headsFirst: orAuto(z.number().min(0).lt(1), 'a number from 0 to below 1')
    .default('auto')
    .describe(
      'Where the trunk starts from weights: share of the steps, at the beginning, in which it stays as it is and heads alone learn; auto: 0.',
    ),
  frozenStages: orAuto(z.int().min(0), 'a whole number from 0')
    .default('auto')
    .describe(
      'Where the trunk starts from weights: how many of its stages, from the first on, stay as they are (efficientnet-lite0 has 7, a ResNet 5), which makes training faster; auto: in `learn` 3 of efficientnet-lite0 where an image has one class, otherwise 0.',
    ),
  norms: z
    .enum(['auto', 'trained', 'frozen'])
    .default('auto')
    .describe(
      'Where the trunk starts from weights: its batch norms use statistics of the batch (trained), or those of the file, which stay (frozen). Factors and shifts are trained either way. auto: frozen where an image has one class, otherwise trained.',
    ),
});

/** A moving average of weights; null: none. */
export const averagingSchema = z.union(
  [
    z.literal('auto'),
    z.null(),
    z.strictObject({
      decay: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.999)
        .describe('Share of the average that each step keeps.'),
      warmup: z
        .boolean()
        .default(true)
        .describe(
          'Whether step n keeps at most 1 - n^(-2/3), as in timm, so that the start is forgotten.',
        ),
    }),
  ],
  { error: "expected 'auto', null or { decay, warmup }" },
);

/** Share of a smoothed label that is spread over all classes. */
export const labelSmoothingSchema = orAuto(z.number().min(0).lt(1), 'a number from 0 to below 1');

/** Ends training when the loss on the judging images has stopped falling; null: never. */
export const earlyStoppingSchema = z
  .strictObject({
    patience: z
      .int()
      .min(1)
      .default(20)
      .describe('Epochs without improvement before training stops.'),
  })
  .nullable();

export type ModelConfig = z.infer<typeof modelSchema>;
export type OptimiserConfig = z.infer<typeof optimiserSchema>;
export type ScheduleConfig = z.infer<typeof scheduleSchema>;
export type EarlyStoppingConfig = z.infer<typeof earlyStoppingSchema>;
export type PretrainedConfig = z.infer<typeof pretrainedSchema>;
export type AveragingConfig = z.infer<typeof averagingSchema>;
