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

const sgdSchema = z.strictObject({
  name: z.literal('sgd').describe('Stochastic gradient descent with momentum.'),
  lr: positive.default(0.1).describe('Learning rate (peak rate under onecycle and cosine).'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Momentum (thesis, 5.2.1).'),
  weightDecay: z.number().min(0).default(5e-4).describe('L2 penalty (thesis, 5.2.1).'),
  nesterov: z.boolean().default(false).describe('Look-ahead momentum.'),
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
};

/** The optimiser, told apart by `name`. */
export const optimiserSchema = z.discriminatedUnion('name', [
  sgdSchema,
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
