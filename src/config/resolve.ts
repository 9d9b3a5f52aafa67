import { basename, resolve } from 'node:path';
import { UserError } from '../core/index.js';
import { readSettings } from './load.js';
import { mergeSettings, withOneBound } from './merge.js';
import { defaultPreset, presets, type PresetName } from './presets.js';
import { configError } from './problems.js';
import { defaultVariants, learnSchema, type LearnConfig, type LearnInput } from './schema.js';

/** Where settings come from; the later ones win. */
export interface LearnSources {
  /** Default: quick. The file may name one too (`preset: thesis-cifar10`). */
  preset?: string;
  /** Path of a YAML or JSON file. */
  file?: string;
  /** From the command line or a program. */
  flags?: LearnInput;
}

/**
 * Resolves what `learn` will do: defaults, then the preset, then the file, then the flags.
 *
 * @throws UserError `CONFIG_INVALID` with every problem and its path; `CONFIG_UNREADABLE`,
 * `PRESET_UNKNOWN`.
 */
export function resolveLearnConfig(sources: LearnSources): LearnConfig {
  const { preset: presetInFile, ...fileSettings } =
    sources.file === undefined ? { preset: undefined } : readSettings(sources.file);
  const preset = presetSettings(sources.preset ?? presetInFile ?? defaultPreset);
  let settings = mergeSettings(defaultVariants, withOneBound(preset));
  settings = mergeSettings(settings, withOneBound(fileSettings));
  settings = mergeSettings(settings, withOneBound({ ...sources.flags }));
  if (settings.out === undefined && typeof settings.data === 'string')
    settings.out = defaultRunFolder(settings.data);
  const parsed = learnSchema.safeParse(settings);
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
export function readLearnConfig(path: string): LearnConfig {
  const settings = readSettings(path);
  const parsed = learnSchema.safeParse(settings);
  if (!parsed.success) throw configError(parsed.error.issues, settings, path);
  return parsed.data;
}

function presetSettings(name: unknown): Record<string, unknown> {
  if (typeof name === 'string' && Object.hasOwn(presets, name))
    return { ...presets[name as PresetName].settings };
  throw new UserError('PRESET_UNKNOWN', 'No preset of this name.', {
    where: '--preset',
    expected: Object.keys(presets).join(', '),
    got: JSON.stringify(name),
  });
}

/** runs/ and the last part of the data's path: `cifar10:/data/cifar10` gives runs/cifar10. */
function defaultRunFolder(data: string): string {
  const path = data.replace(/^[a-z][a-z0-9-]+:(?=.)/, '');
  return `runs/${basename(resolve(path)) || 'learn'}`;
}
