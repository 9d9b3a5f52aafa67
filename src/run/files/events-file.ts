import { z } from 'zod';
import type { Hooks } from '../../core/index.js';
import { figureSchema } from './results-file.js';
import { sheetFields } from './samples-file.js';
import { verdictSchema } from './selection-file.js';

/** The parts of a run, in order. */
export const phaseSchema = z.enum([
  'prepare',
  'plan',
  'train',
  'judge',
  'select',
  'test',
  'report',
]);

/** What each phase of a run is called where it begins. */
export const phaseNames: Record<z.infer<typeof phaseSchema>, string> = {
  prepare: 'Reading images',
  plan: 'Measuring the speed of this machine',
  train: 'Joint learning',
  judge: 'Judging',
  select: 'Selecting',
  test: 'Testing',
  report: 'Drawing samples',
};

/**
 * What one pass measured: `loss`, and by the task `taskLoss`, `augmentLoss` (binary cross-entropy, mean over labels),
 * `taskAccuracy` (with masks: of pixels; with several labels an image: of single labels), `taskIou` (mean intersection
 * over union) and `taskAp` (mean average precision). Losses are means over images; accuracies lie in [0, 1].
 */
export const epochMetricsSchema = z.object({ loss: z.number() }).catchall(z.number());

/**
 * Figures that a task may report for an epoch beside `taskAccuracy`, and what the accuracy is called then. All are
 * shares of 1.
 */
export const epochFigures = [
  { key: 'taskIou', label: 'mean IoU', accuracy: 'pixel accuracy' },
  { key: 'taskAp', label: 'mean average precision', accuracy: 'label accuracy' },
] as const;

const intervalFields = z.object({ value: z.number(), low: z.number(), high: z.number() });

/**
 * What a run tells while it goes on. All but `progress` become lines of `events.jsonl`.
 *
 * In a run on two data sets or more, `set` names the one that an event is about, and an epoch has the figures of each
 * set too: `photos/taskLoss`.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('started'),
    out: z.string(),
    /** Epochs done before, where an interrupted run goes on. */
    resumedAt: z.int().optional(),
  }),
  z.looseObject({
    type: z.literal('data'),
    set: z.string().optional(),
    kind: z.string(),
    classes: z.int(),
    /** Images: for training, for judging, and in the test part that learning never touches. */
    train: z.int(),
    judging: z.int(),
    test: z.int(),
    height: z.int(),
    width: z.int(),
    skipped: z.int(),
    /** Where images come in groups: all images, and their groups. */
    images: z.int().optional(),
    groups: z.int().optional(),
    /** Images a step, where the data have decided it. */
    batch: z.int().optional(),
    /** Where classes are uneven and the training loss makes up for it: how, and images of the smallest and the largest. */
    balance: z.looseObject({ how: z.string(), fewest: z.int(), most: z.int() }).optional(),
    /** What the network's convolutions are computed in. */
    precision: z.enum(['float32', 'bfloat16']).optional(),
  }),
  /** The size that was chosen for the images, where they have another, or several. */
  z.looseObject({
    type: z.literal('size'),
    images: z.int(),
    smallest: z.object({ height: z.int(), width: z.int() }),
    largest: z.object({ height: z.int(), width: z.int() }),
    height: z.int(),
    width: z.int(),
    fit: z.enum(['crop', 'pad', 'stretch']),
  }),
  /** What a network starts from: `loaded` of the file's `of` tensors, and the names of those that it has no place for. */
  z.looseObject({
    type: z.literal('weights'),
    file: z.string(),
    loaded: z.int(),
    of: z.int(),
    unused: z.array(z.string()),
  }),
  z.looseObject({
    type: z.literal('phase'),
    phase: phaseSchema,
    /** What is done in it, where the command does it in its own way. */
    label: z.string().optional(),
  }),
  /** The clock has changed how many steps the training has: the machine is slower than it was when they were planned. */
  z.looseObject({
    type: z.literal('steps'),
    steps: z.int(),
    planned: z.int(),
    fold: z.int().optional(),
    folds: z.int().optional(),
  }),
  z.looseObject({
    type: z.literal('plan'),
    epochs: z.int(),
    stepsPerEpoch: z.int(),
    imagesPerSecond: z.number(),
    /** Expected for the whole run, in seconds. */
    seconds: z.number(),
    budget: z.number().nullable(),
    /** One sentence: what was chosen and why. */
    reason: z.string(),
  }),
  z.looseObject({
    type: z.literal('progress'),
    phase: phaseSchema,
    /** Images done of this phase's total. */
    done: z.int(),
    total: z.int(),
    imagesPerSecond: z.number().optional(),
    epoch: z.int().optional(),
    epochs: z.int().optional(),
    /** Running mean of the total loss. */
    loss: z.number().optional(),
    /** What is being done, where the phase alone does not say it. */
    label: z.string().optional(),
  }),
  z.looseObject({
    type: z.literal('epoch'),
    /** Of cross-fitted judging: the fold whose network is trained, from 1, and how many there are. */
    fold: z.int().optional(),
    folds: z.int().optional(),
    /** Counted from 1. */
    epoch: z.int(),
    epochs: z.int(),
    lr: z.number(),
    /** Trained on in it; an epoch that the clock has cut short has fewer. */
    images: z.int().optional(),
    imagesPerSecond: z.number(),
    seconds: z.number(),
    /** Share of the epoch spent waiting for data. */
    waited: z.number().optional(),
    train: epochMetricsSchema,
    judging: epochMetricsSchema.nullable(),
    /** True where these weights are the best so far. */
    best: z.boolean().optional(),
    /** How strongly its images were changed, where that grows: 0 is the safe set alone, 1 one change an image. */
    strength: z.number().optional(),
  }),
  z.looseObject({
    type: z.literal('judging'),
    round: z.int(),
    draws: z.int(),
    undecided: z.array(z.string()),
  }),
  /**
   * What judging knows after a look at more images or draws: of each augmentation J and harm, with the intervals that the
   * verdict so far goes by. The last look is what `selection.json` says.
   */
  z.looseObject({
    type: z.literal('look'),
    set: z.string().optional(),
    delta: z.number(),
    augmentations: z.array(
      z.looseObject({
        name: z.string(),
        verdict: verdictSchema,
        /** Judging images seen so far, in each of so many draws. */
        images: z.int(),
        draws: z.int(),
        j: intervalFields,
        /** Part of the task head's skill; nothing where it knows other classes, or has no skill to lose. */
        harm: intervalFields.optional(),
      }),
    ),
  }),
  /** Pictures that were drawn before the training. Only where somebody watches: all runs draw theirs at the end. */
  z.looseObject({
    type: z.literal('samples'),
    set: z.string().optional(),
    sheets: z.array(z.looseObject({ name: z.string(), ...sheetFields })),
  }),
  /** The trainings of a comparison in their order, each with its folder in the run's and what it starts from. */
  z.looseObject({
    type: z.literal('arms'),
    trainings: z.array(
      z.looseObject({ task: z.string(), folder: z.string(), needs: z.string().nullable() }),
    ),
  }),
  /** A training of a comparison has ended or failed; `done` of `total` are there. */
  z.looseObject({
    type: z.literal('arm'),
    task: z.string(),
    done: z.int(),
    total: z.int(),
    metrics: z.record(z.string(), z.number()).optional(),
    figures: z.array(figureSchema).optional(),
    failed: z.string().optional(),
    /** Of the trainings that are still open, by those that have ended in this process. */
    secondsLeft: z.number().optional(),
  }),
  z.looseObject({ type: z.literal('warning'), code: z.string(), message: z.string() }),
  z.looseObject({
    type: z.literal('stopped'),
    reason: z.enum(['early', 'interrupted']),
    epoch: z.int(),
  }),
  z.looseObject({
    type: z.literal('finished'),
    status: z.enum(['decided', 'partial', 'undertrained', 'trained', 'compared']),
    seconds: z.number(),
  }),
]);

/** A line of `events.jsonl`: an event and when it happened (ISO 8601). */
export const eventLineSchema = z.intersection(z.object({ time: z.string() }), runEventSchema);

export type Phase = z.infer<typeof phaseSchema>;
export type EpochMetrics = z.infer<typeof epochMetricsSchema>;
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type EventLine = RunEvent & { time: string };

/** What a command is given beside its configuration. */
export type RunHooks = Hooks<RunEvent>;
