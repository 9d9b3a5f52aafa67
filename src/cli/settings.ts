import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandSettings, PresetName } from '../config/index.js';
import { UserError } from '../core/index.js';

/** Options of a command with a run folder, as commander hands them over. */
export interface RunFlags {
  out?: string;
  config?: string;
  preset?: string;
  set?: string[];
  resume?: boolean;
  /** The others are settings: of the same name and form, unless `settingOf` says otherwise. */
  [option: string]: unknown;
}

/** What every configuration of a run has. */
interface RunSettings {
  readonly out: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/**
 * The configuration that a command line means.
 *
 * A resumed run keeps the settings it was started with: they make its numbers.
 *
 * @param data undefined where the command line names none
 * @throws UserError `CONFIG_INVALID` and others of `resolveConfig`, `SETTING_FORM`
 */
export async function settingsFrom<Config extends RunSettings>(
  command: CommandSettings<Config>,
  data: string | readonly string[] | undefined,
  flags: RunFlags,
): Promise<Config> {
  const [{ mergeSettings, readConfig, resolveConfig }, { runFiles }, { presetFor }] =
    await Promise.all([
      import('../config/index.js'),
      import('../run/files/index.js'),
      import('../run/data-defaults.js'),
    ]);
  const resumed = (out: string): Config | undefined => {
    const started = join(out, runFiles.config);
    if (!existsSync(started)) return undefined;
    const stored = readConfig(command, started);
    const anew = ['workers', ...(command.anew ?? [])].filter((name) => flags[name] !== undefined);
    const given = Object.fromEntries(anew.map((name) => [name, flags[name]]));
    return { ...stored, ...given, out, resume: true, overwrite: false };
  };
  if (flags.resume === true && flags.out !== undefined) {
    const started = resumed(flags.out);
    if (started !== undefined) return started;
  }
  const settings = Object.entries(flags).reduce<Record<string, unknown>>(
    (all, [option, value]) => mergeSettings(all, settingOf(option, value)),
    { data },
  );
  for (const text of flags.set ?? []) assign(settings, text);
  const { config: file, preset } = flags;
  const announced = (of: string): PresetName => {
    const chosen = presetFor(of);
    if (chosen !== 'quick')
      console.log(`Images with masks: preset ${chosen} (--preset names another).`);
    return chosen;
  };
  const config = resolveConfig(command, { file, preset, presetFor: announced, flags: settings });
  return (config.resume ? resumed(config.out) : undefined) ?? config;
}

/** What an option sets, in the configuration's own form; nothing where it says where settings come from. */
function settingOf(option: string, value: unknown): Record<string, unknown> {
  switch (option) {
    case 'config':
    case 'preset':
    case 'set':
      return {};
    case 'model':
      return { model: { name: value } };
    case 'lr':
      return { optimiser: { lr: value } };
    case 'thesisTpr':
      return { thesis: { tpr: value } };
    case 'thesisFpr':
      return { thesis: { fpr: value } };
    case 'augmentations':
    case 'arms':
      // `--augmentations Blur,CLAHE`
      return {
        [option]: String(value)
          .split(',')
          .map((name) => name.trim()),
      };
    case 'controls':
      // True unless there is a --no-controls; a file may still turn them off.
      return value === false ? { controls: false } : {};
    default:
      return { [option]: value };
  }
}

/** Sets `a.b=value`; the value is JSON where it can be read as such, text otherwise. */
function assign(settings: Record<string, unknown>, text: string): void {
  const [, path, value] = /^([a-zA-Z][\w.]*)=(.*)$/s.exec(text) ?? [];
  if (path === undefined)
    throw new UserError('SETTING_FORM', 'A setting has another form.', {
      where: '--set',
      expected: 'PATH=VALUE, such as schedule.warmup=0.1',
      got: text,
      remedy: 'docs/config.md lists every setting',
    });
  const parts = path.split('.');
  const last = parts.pop()!;
  let at = settings;
  for (const part of parts) {
    const inner = at[part];
    const next = typeof inner === 'object' && inner !== null ? { ...inner } : {};
    at[part] = next;
    at = next as Record<string, unknown>;
  }
  at[last] = readValue(value);
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
