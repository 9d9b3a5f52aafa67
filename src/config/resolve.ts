import { basename, resolve } from 'node:path';
import type { z } from 'zod';
import { UserError } from '../core/index.js';
import { defaultVariants } from './common.js';
import { readSettings } from './load.js';
import { mergeSettings, withOneBound } from './merge.js';
import { defaultPreset, presets, type Preset, type PresetName } from './presets.js';
import { configError } from './problems.js';
import { learnSchema, type LearnConfig, type LearnInput } from './schema.js';

/** Where settings come from; the later ones win. */
export interface Sources<Input> {
  /** The file may name one too (`preset: thesis-cifar10`). */
  preset?: string;
  /** The preset for these data where nobody names one; default: quick. */
  presetFor?(data: string): PresetName;
  /** Path of a YAML or JSON file. */
  file?: string;
  /** From the command line or a program. */
  flags?: Input;
}

export type LearnSources = Sources<LearnInput>;

/**
 * Resolves what a command will do: defaults, then the preset, then the file, then the flags.
 *
 * @param outOf the run folder where none is given, from the name of the data
 * @param ignored settings of presets that this command does not have
 * @param joint also what a preset sets for joint learning alone
 * @throws UserError `CONFIG_INVALID` with every problem and its path; `CONFIG_UNREADABLE`,
 * `PRESET_UNKNOWN`.
 */
export function resolveConfig<S extends z.ZodType>(
  schema: S,
  sources: Sources<object>,
  outOf: (name: string, settings: Record<string, unknown>) => string,
  ignored: readonly string[] = [],
  joint = false,
): z.output<S> {
  const { preset: presetInFile, ...fileSettings } =
    sources.file === undefined ? { preset: undefined } : readSettings(sources.file);
  const named = sources.preset ?? presetInFile;
  const { data = fileSettings.data } = (sources.flags ?? {}) as Record<string, unknown>;
  const usual =
    named === undefined && typeof data === 'string' ? sources.presetFor?.(data) : undefined;
  const preset = presetSettings(named ?? usual ?? defaultPreset, joint);
  for (const name of ignored) delete preset[name];
  let settings = mergeSettings(defaultVariants, withOneBound(preset));
  settings = mergeSettings(settings, withOneBound(fileSettings));
  settings = mergeSettings(settings, withOneBound({ ...sources.flags }));
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

/** Resolves what `learn` will do. @throws UserError as `resolveConfig` */
export function resolveLearnConfig(sources: LearnSources): LearnConfig {
  return resolveConfig(learnSchema, sources, (name) => `runs/${name || 'learn'}`, [], true);
}

/** Reads back a run's `config.json`. @throws UserError `CONFIG_INVALID`, `CONFIG_UNREADABLE`. */
export function readConfig<S extends z.ZodType>(schema: S, path: string): z.output<S> {
  const settings = readSettings(path);
  const parsed = schema.safeParse(settings);
  if (!parsed.success) throw configError(parsed.error.issues, settings, path);
  return parsed.data;
}

/** Reads back the `config.json` of a `learn` run. @throws UserError as `readConfig` */
export function readLearnConfig(path: string): LearnConfig {
  return readConfig(learnSchema, path);
}

function presetSettings(name: unknown, joint: boolean): Record<string, unknown> {
  if (typeof name === 'string' && Object.hasOwn(presets, name)) {
    const preset: Preset = presets[name as PresetName];
    return { ...preset.settings, ...(joint ? preset.joint : {}) };
  }
  throw new UserError('PRESET_UNKNOWN', 'No preset of this name.', {
    where: '--preset',
    expected: Object.keys(presets).join(', '),
    got: JSON.stringify(name),
  });
}

/** What the data are called, where they are given as they should be: one set, or a list of them. */
function namesOf(data: unknown): string[] | undefined {
  const all: readonly unknown[] = Array.isArray(data) ? data : [data];
  return all.every((each) => typeof each === 'string') ? all.map(dataName) : undefined;
}

/** The last part of the data's path: `cifar10:/data/cifar10` gives cifar10. */
export function dataName(data: string): string {
  return basename(resolve(dataFolder(data)));
}

/** The folder of `KIND:DIR`, or of DIR alone. */
export function dataFolder(data: string): string {
  return data.replace(/^[a-z][a-z0-9-]+:(?=.)/, '');
}
