import { basename, resolve } from 'node:path';
import type { z } from 'zod';
import { UserError } from '../core/index.js';
import { defaultVariants } from './common.js';
import {
  compareSchema,
  grownComparison,
  type CompareConfig,
  type CompareInput,
} from './compare-settings.js';
import { learnSchema, type LearnConfig, type LearnInput } from './learn-settings.js';
import { readSettings } from './read-settings.js';
import { trainSchema, type TrainConfig, type TrainInput } from './train-settings.js';
import { defaultPreset, presets, type Preset, type PresetName } from './presets.js';
import { configError } from './problems.js';

/** Where settings come from; the later ones win. */
export interface Sources<Input> {
  /** The file may name one too (`preset: thesis-cifar10`). */
  preset?: string;
  /** The preset for these data where nobody names one; default: quick. */
  presetFor?(data: string, labels?: unknown): PresetName;
  /** Path of a YAML or JSON file. */
  file?: string;
  /** From the command line or a program. */
  flags?: Input;
}

/** The settings of a command: their schema, and what else resolving them takes. */
export interface CommandSettings<Config> {
  /** The command. */
  readonly name: 'learn' | 'train' | 'compare';
  readonly schema: z.ZodType<Config>;
  /** The run folder where none is given, from the name of the data. */
  outOf(name: string, settings: Record<string, unknown>): string;
  /** Settings of presets that the command does not have. */
  readonly ignored?: readonly string[];
  /** Takes also what a preset sets for joint learning alone. */
  readonly joint?: boolean;
  /** What runs of earlier versions did that had no such setting. */
  readonly earlier?: Record<string, unknown>;
  /** Settings beside `workers` that a resumed run may be given anew, because they change no number. */
  readonly anew?: readonly string[];
  /** A resumed run's settings with what is asked for beyond them. @throws UserError `CONFIG_INVALID` */
  grow?(stored: Config, given: Readonly<Record<string, unknown>>): Config;
}

/**
 * Resolves what a command will do: defaults, then the preset, then the file, then the flags.
 *
 * @throws UserError `CONFIG_INVALID` with every problem and its path; `CONFIG_UNREADABLE`,
 * `PRESET_UNKNOWN`.
 */
export function resolveConfig<Config>(
  command: CommandSettings<Config>,
  sources: Sources<object>,
): Config {
  const { schema, outOf, ignored = [], joint = false } = command;
  const { preset: presetInFile, ...fileSettings } =
    sources.file === undefined ? { preset: undefined } : readSettings(sources.file);
  const named = sources.preset ?? presetInFile;
  const flags: Record<string, unknown> = { ...sources.flags };
  const data = onlyOne(flags.data ?? fileSettings.data);
  const { labels } = mergeSettings(fileSettings, flags);
  const usual =
    named === undefined && typeof data === 'string' ? sources.presetFor?.(data, labels) : undefined;
  const preset = presetSettings(named ?? usual ?? defaultPreset, joint);
  for (const name of ignored) delete preset[name];
  let settings = mergeSettings(defaultVariants, withOneBound(preset));
  settings = mergeSettings(settings, withOneBound(fileSettings));
  settings = mergeSettings(settings, withOneBound(flags));
  const names = namesOf(settings.data);
  if (settings.out === undefined && names !== undefined)
    settings.out = outOf(names.join('+'), settings);
  const parsed = schema.safeParse(settings);
  if (!parsed.success) {
    // Without data there is no name for the run folder either: one mistake, one line.
    const issues = parsed.error.issues.filter(
      (i) => !(i.path[0] === 'out' && settings.out === undefined),
    );
    throw configError(issues, settings, sources.file);
  }
  return parsed.data;
}

/** Reads back a run's `config.json`. @throws UserError `CONFIG_INVALID`, `CONFIG_UNREADABLE`. */
export function readConfig<Config>(
  { schema, earlier }: CommandSettings<Config>,
  path: string,
): Config {
  const settings = mergeSettings(earlier ?? {}, readSettings(path));
  const parsed = schema.safeParse(settings);
  if (!parsed.success) throw configError(parsed.error.issues, settings, path);
  return parsed.data;
}

/** Runs of earlier versions knew nothing of these. */
const plainTraining = {
  precision: 'float32',
  pretrained: { headFactor: 1, headsFirst: 0, frozenStages: 0, norms: 'trained' },
  averaging: null,
  labelSmoothing: 0,
};

/** What earlier versions did, where a stored run does not say it: copies, and images that are named alike, went apart. */
const earlierSettings = {
  nearDuplicates: 'apart',
  namesAlike: 'apart',
  decoding: 'full',
  resizing: 'earlier',
  ...plainTraining,
};

export type LearnSources = Sources<LearnInput>;

export const learnSettings: CommandSettings<LearnConfig> = {
  name: 'learn',
  schema: learnSchema,
  outOf: (name) => `runs/${name || 'learn'}`,
  joint: true,
  // They set no test images aside.
  earlier: { testShare: 0, ...earlierSettings },
};

/** Resolves what `learn` will do. @throws UserError as `resolveConfig` */
export function resolveLearnConfig(sources: LearnSources): LearnConfig {
  return resolveConfig(learnSettings, sources);
}

/** Reads back the `config.json` of a `learn` run. @throws UserError as `readConfig` */
export function readLearnConfig(path: string): LearnConfig {
  return readConfig(learnSettings, path);
}

/** Settings of presets that only `learn` has. */
const learnOnly = ['judging'] as const;

export const trainSettings: CommandSettings<TrainConfig> = {
  name: 'train',
  schema: trainSchema,
  outOf: (name, { policy }) => `runs/${name || 'train'}-${shortName(policy)}`,
  ignored: learnOnly,
  earlier: earlierSettings,
};

/** Resolves what `train` will do. @throws UserError as `resolveConfig` */
export function resolveTrainConfig(sources: Sources<TrainInput>): TrainConfig {
  return resolveConfig(trainSettings, sources);
}

/** Reads back the `config.json` of a `train` run. @throws UserError as `readConfig` */
export function readTrainConfig(path: string): TrainConfig {
  return readConfig(trainSettings, path);
}

export const compareSettings: CommandSettings<CompareConfig> = {
  name: 'compare',
  schema: compareSchema,
  outOf: (name) => `runs/${name || 'data'}-compare`,
  ignored: learnOnly,
  earlier: earlierSettings,
  anew: ['jobs', 'engine'],
  grow: growCompareConfig,
};

/** A comparison's settings with the arms and seeds that are asked for beyond them. @throws UserError `CONFIG_INVALID` */
export function growCompareConfig(
  stored: CompareConfig,
  given: Readonly<Record<string, unknown>>,
): CompareConfig {
  const settings = grownComparison(stored, given);
  const parsed = compareSchema.safeParse(settings);
  if (!parsed.success) throw configError(parsed.error.issues, settings);
  return parsed.data;
}

/** Resolves what `compare` will do. @throws UserError as `resolveConfig` */
export function resolveCompareConfig(sources: Sources<CompareInput>): CompareConfig {
  return resolveConfig(compareSettings, sources);
}

/** Reads back the `config.json` of a `compare` run. @throws UserError as `readConfig` */
export function readCompareConfig(path: string): CompareConfig {
  return readConfig(compareSettings, path);
}

function presetSettings(name: unknown, joint: boolean): Record<string, unknown> {
  if (typeof name === 'string' && Object.hasOwn(presets, name)) {
    const preset: Preset = presets[name as PresetName];
    return { ...preset.settings, ...(joint && preset.joint) };
  }
  throw new UserError('PRESET_UNKNOWN', 'Unknown preset.', {
    where: '--preset',
    expected: Object.keys(presets).join(', '),
    got: JSON.stringify(name),
  });
}

/** The member of a list that has no other. */
function onlyOne(data: unknown): unknown {
  return Array.isArray(data) && data.length === 1 ? (data[0] as unknown) : data;
}

/** What the data are called, where they are given as they should be: one set, or a list of them. */
function namesOf(data: unknown): string[] | undefined {
  const all: readonly unknown[] = Array.isArray(data) ? data : [data];
  return all.every((each) => typeof each === 'string') ? all.map(dataName) : undefined;
}

/** The last part of the data's path: `cifar10:/data/cifar10` gives cifar10, and `blood.npz` gives blood. */
export function dataName(data: string): string {
  return basename(resolve(dataFolder(data))).replace(/(?<=.)\.npz$/i, '');
}

/** The folder of `KIND:DIR`, or of DIR alone. */
export function dataFolder(data: string): string {
  return data.replace(/^[a-z][a-z0-9-]+:(?=.)/, '');
}

/** `policies/mine.json` becomes `mine`. */
function shortName(policy: unknown): string {
  const last = String(policy ?? 'train')
    .split(/[/\\]/)
    .at(-1)!;
  return last.replace(/(\.[a-z]+)+$/i, '') || 'train';
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings whose `name` decides which other fields there are. */
const variants = new Set(['optimiser', 'schedule']);

/**
 * Lays settings over others: objects are merged field by field, everything else is replaced.
 *
 * Another variant than the one below (`schedule: { name: cosine }` over a plateau) replaces it
 * whole, because the old variant's fields would be unknown to the new one.
 */
export function mergeSettings(below: Plain, above: Plain): Plain {
  const merged: Plain = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const old = merged[key];
    const otherVariant =
      variants.has(key) && isPlain(value) && isPlain(old) && (value.name ?? old.name) !== old.name;
    merged[key] =
      isPlain(old) && isPlain(value) && !otherVariant ? mergeSettings(old, value) : value;
  }
  return merged;
}

/**
 * Budget and epochs bound each other, so a layer that sets one of them drops the other from the
 * layers below: `--epochs 10` means ten epochs, whatever time the preset allows.
 */
export function withOneBound(layer: Plain): Plain {
  const hasEpochs = layer.epochs !== undefined;
  const hasBudget = layer.budget !== undefined;
  if (hasEpochs && !hasBudget && layer.epochs !== 'auto') return { ...layer, budget: null };
  if (hasBudget && !hasEpochs && layer.budget !== null) return { ...layer, epochs: 'auto' };
  return layer;
}
