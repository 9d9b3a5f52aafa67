import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  readLearnConfig,
  resolveTrainConfig,
  type LearnConfig,
  type TrainConfig,
  type TrainInput,
} from '../../config/index.js';
import { UserError } from '../../core/index.js';
import {
  policyFileSchema,
  readEvents,
  readRunFile,
  requireLearned,
  runFiles,
  selectionSchema,
  setIn,
  startedManifestSchema,
  type Recommended,
  type StartedManifest,
} from '../../run/files/index.js';
import type { Size } from '../../image/image.js';
import { taskNamed } from '../../tasks/index.js';
import {
  epochsOfPhases,
  growthOf,
  recipeAt,
  shownStrength,
  type TrainingRecipe,
} from '../train/phases.js';
import { recipeFor } from '../train/policy-recipe.js';
import { evidenceTable } from './evidence-table.js';
import { expectedGain, type ExpectedGain, type RecommendedTraining } from './expected-gain.js';
import { flipKeepsLabels, leftOutOf, type LeftOut } from './left-out.js';
import { plannedTraining, type PlannedTraining } from './planned-training.js';
import { formOf, partsOf, type PolicyPart } from './policy-parts.js';
import { trainCommandFor, type GivenLength } from './train-command.js';

export interface RecommendOptions extends GivenLength {
  /** Folder of a finished `learn`, or `judge`. */
  readonly run: string;
}

/** What to train with, for how long, and what to expect of it: plain JSON. */
export interface Recommendation {
  readonly version: 1;
  readonly run: string;
  readonly data: string;
  readonly task: string;
  /** Why there is no verdict, where the network has not learned enough. */
  readonly noVerdict?: string;
  readonly policy: {
    /** Of all epochs but the last ones; where it grows, once it has come to that. */
    readonly main: readonly PolicyPart[];
    /** Of the last ones: `size` of the transforms, each by chance `p`; none: images as they are. */
    readonly last: Pick<Recommended['last'], 'size' | 'p' | 'transforms'>;
    /** What `train` comes to draw instead at most, while it runs ahead of its held-out images; absent where it always draws the same. */
    readonly most?: readonly PolicyPart[];
    readonly leftOut: LeftOut;
  };
  readonly plan: {
    /** What says the length: `train`'s default budget where neither was given. */
    readonly by: 'budget' | 'epochs' | 'default';
    /** Seconds; null: as many epochs as given, however long they take. */
    readonly budget: number | null;
    readonly epochs: number;
    /** Of `epochs`: those of the main policy, then those of the last phase. */
    readonly phases: readonly [main: number, last: number];
    readonly imagesPerEpoch: number;
    /** Expected for the whole training. */
    readonly seconds: number;
    /** What the time was reckoned with: what `learn` measured, and on what. */
    readonly speed: {
      readonly imagesPerSecond: number;
      readonly cpu: string;
      readonly device: string;
      readonly threads: number;
      readonly precision: string;
    };
  };
  /** The training, as it is compared with those that were measured. */
  readonly training: RecommendedTraining & { readonly network: string };
  readonly gains: readonly ExpectedGain[];
  /** What to run next. */
  readonly command: string;
}

/**
 * What to train with on a run's data, how the epochs divide into phases, and what gain over no augmentation, and over crop
 * and flip, similar data lead to expect. Trains nothing, and reads no image.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `RUN_DAMAGED`, `RUN_SEVERAL`, `POLICY_OLD`, `RECOMMEND_LENGTH`, `CONFIG_INVALID`,
 * `BUDGET_TOO_SMALL`, `RUN_SPEED`
 */
export function recommendRun(options: RecommendOptions): Recommendation {
  const { run, budget, epochs } = options;
  if (budget !== undefined && epochs !== undefined) throw bothLengths(budget, epochs);
  requireLearned(run, 'pass the folder of a `learn` run', ['learn']);
  const file = readRunFile(run, 'policy', policyFileSchema);
  const recommended = setIn(file, 'recommended', run);
  const selection = readRunFile(run, 'selection', selectionSchema);
  const manifest = readRunFile(run, 'manifest', startedManifestSchema);
  const learned = readLearnConfig(join(run, runFiles.config));
  const measured = measuredBy(run, manifest);
  const { data } = manifest;
  const { hardware, threads, precision = 'float32' } = measured;
  const task = data.task ?? 'classification';
  const config = trainConfigFor(options, learned, manifest);
  const planned = plannedTraining(config, {
    run,
    config: learned,
    manifest,
    measured,
    events: readEvents(run),
  });
  const size = { height: data.height, width: data.width };
  const recipe = recipeFor(config, {
    ...{ classes: data.classes, size },
    pretrained: planned.of.pretrained,
  });
  const main = partsAt(recipe, size);
  const growth = growthOf(recipe);
  const most = growth && partsAt(recipe, size, growth.most);
  const [first, last] = epochsOfPhases(recipe, planned.epochs);
  const training = trainingOf(planned, { task, manifest, parts: main });
  const form = formOf(recommended);
  const own = { ...training, ...form, flipKeepsLabels: flipKeepsLabels(selection, form.flips) };
  const { size: number, p, transforms } = recommended.last;
  const changes = main.length > 0;
  const policy = changes || transforms.length > 0 ? 'recommended' : 'none';
  return {
    version: 1,
    run,
    data: data.source,
    task,
    ...(selection.status === 'undertrained' && {
      noVerdict: selection.augmentations[0]?.reason ?? 'undertrained',
    }),
    policy: {
      main,
      last: { size: number, p, transforms },
      leftOut: leftOutOf(learned, selection, main, size),
      ...(most && { most }),
    },
    plan: {
      by: epochs !== undefined ? 'epochs' : budget !== undefined ? 'budget' : 'default',
      budget: config.budget,
      epochs: planned.epochs,
      phases: [first, last],
      imagesPerEpoch: planned.imagesPerEpoch,
      seconds: planned.seconds,
      speed: {
        imagesPerSecond: planned.imagesPerSecond,
        cpu: hardware.cpu,
        device: hardware.device,
        threads,
        precision,
      },
    },
    training: { ...own, network: planned.of.network },
    gains: (['none', 'standard'] as const).map((over) => expectedGain(evidenceTable, own, over)),
    command: trainCommandFor({ run, data: data.source }, learned, size, { budget, epochs }, policy),
  };
}

/** What the first phase draws, at such a strength where it grows. */
function partsAt(recipe: TrainingRecipe, size: Size, strength = shownStrength): PolicyPart[] {
  const first = recipeAt(recipe, 0, 100, strength);
  return first.kind === 'policy' ? partsOf(first.policy.root, size) : [];
}

/** The manifest with the speed: of a run of `judge`, which trains nothing, that of the run whose network it used. */
function measuredBy(run: string, manifest: StartedManifest): StartedManifest {
  const { judgedFrom, directory } = manifest;
  if (typeof judgedFrom !== 'string') return manifest;
  const other = resolve(run, directory ?? '', judgedFrom);
  if (directory === undefined || !existsSync(join(other, runFiles.manifest))) return manifest;
  return readRunFile(other, 'manifest', startedManifestSchema);
}

/** The settings that the training will have. */
function trainConfigFor(
  { run, budget, epochs }: RecommendOptions,
  { model }: LearnConfig,
  { data: { source, task = 'classification', height, width } }: StartedManifest,
): TrainConfig {
  const { name, stem, width: channels, weights } = model;
  const flags: TrainInput = {
    ...{ data: source, policy: 'recommended', from: run, size: { height, width } },
    model: { name, stem, width: channels, weights },
    ...(budget !== undefined && { budget }),
    ...(epochs !== undefined && { epochs }),
  };
  return resolveTrainConfig({ preset: taskNamed(task, run).preset, flags });
}

function trainingOf(
  { epochs, imagesPerEpoch, trainImages, of }: PlannedTraining,
  {
    task,
    manifest: { data },
    parts,
  }: { task: string; manifest: StartedManifest; parts: readonly PolicyPart[] },
) {
  return {
    task,
    changes: parts.length > 0,
    images: trainImages,
    classes: data.classes.length,
    height: data.height,
    width: data.width,
    pretrained: of.pretrained,
    imagesSeen: epochs * imagesPerEpoch,
  };
}

function bothLengths(budget: string, epochs: number): UserError {
  return new UserError('RECOMMEND_LENGTH', 'A budget and a number of epochs were given.', {
    where: '--budget, --epochs',
    expected: 'one of them, or neither',
    got: `--budget ${budget} --epochs ${epochs}`,
    remedy: 'leave one out',
  });
}
