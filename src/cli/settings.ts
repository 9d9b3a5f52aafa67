import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandSettings, PresetName } from '../config/index.js';
import { shellWord, UserError } from '../core/index.js';
import { maskValuesIn } from './mask-options.js';
import type { LiveFlag } from './watched.js';

/** Options of a command with a run folder, as commander hands them over. */
export interface RunFlags {
  out?: string;
  config?: string;
  preset?: string;
  set?: string[];
  resume?: boolean;
  json?: boolean;
  details?: boolean;
  live?: LiveFlag;
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
 * @throws UserError `CONFIG_INVALID` and others of `resolveConfig`, `SETTING_FORM`; `CONFIG_INVALID` also for what a resumed run
 * would ignore
 */
export async function settingsFrom<Config extends RunSettings>(
  command: CommandSettings<Config>,
  data: string | readonly string[] | undefined,
  flags: RunFlags,
): Promise<Config> {
  const [{ checkGiven, mergeSettings, readConfig, resolveConfig }, files, { presetFor }] =
    await Promise.all([
      import('../config/index.js'),
      import('../run/files/index.js'),
      import('../run/data-defaults.js'),
    ]);
  const settings = givenSettings(data, flags, mergeSettings);
  const resumed = (out: string): Config => {
    const started = join(out, files.runFiles.config);
    if (!existsSync(started)) throw files.nothingToResume(out);
    requireCommand(files.commandOf(out), command.name, out);
    const stored = readConfig(command, started);
    const anew = ['workers', ...(command.anew ?? [])].filter((name) => flags[name] !== undefined);
    const given = Object.fromEntries(anew.map((name) => [name, flags[name]]));
    const named = Object.keys(settings).filter((name) => settings[name] !== undefined);
    checkGiven(command, mergeSettings(stored as Settings, settings), named);
    const grown = command.grow?.(stored, settings) ?? stored;
    const config = { ...grown, ...given, out, resume: true, overwrite: false };
    const ignored = ignoredOf(settings, flags, command, config, mergeSettings);
    if (ignored.length > 0)
      console.error(
        `warning: a resumed run keeps what it was started with; ignored: ${ignored.join('; ')}`,
      );
    return config;
  };
  if (flags.resume === true && flags.out !== undefined) return resumed(flags.out);
  const { config: file, preset } = flags;
  const announced = (of: string, labels?: unknown): PresetName => {
    const chosen = presetFor(of, labels);
    if (chosen !== 'quick')
      (flags.json === true ? console.error : console.log)(
        `Images with masks: using preset ${chosen} (change it with --preset).`,
      );
    return chosen;
  };
  const config = resolveConfig(command, { file, preset, presetFor: announced, flags: settings });
  return config.resume ? resumed(config.out) : config;
}

/** What the command line sets, in the configuration's own form. */
function givenSettings(
  data: string | readonly string[] | undefined,
  flags: RunFlags,
  merge: (below: Settings, above: Settings) => Settings,
): Settings {
  const settings = Object.entries(flags).reduce<Settings>(
    (all, [option, value]) => merge(all, settingOf(option, value)),
    { data },
  );
  for (const text of flags.set ?? []) assign(settings, text);
  return settings;
}

type Settings = Record<string, unknown>;

/** A run goes on by the command that began it. @throws UserError `RUN_KIND` */
function requireCommand(found: string | undefined, wanted: string, out: string): void {
  if (found === wanted) return;
  throw new UserError('RUN_KIND', 'Another command started this run.', {
    where: out,
    expected: `a run of \`${wanted}\``,
    got: `a run of \`${found}\``,
    remedy: `continue it with: safe-augment ${found} --resume --out ${shellWord(out)}`,
  });
}

/** Settings that a resumed run may be given, and those that say which run it is. */
const free = ['out', 'resume', 'overwrite', 'workers'];

/** What is given with --resume and differs from what the run was started with, in words. */
function ignoredOf<Config>(
  given: Settings,
  { config: file, preset }: RunFlags,
  { schema, anew = [] }: CommandSettings<Config>,
  stored: Config & RunSettings,
  merge: (below: Settings, above: Settings) => Settings,
): string[] {
  const sources = [
    ...(file === undefined ? [] : [`--config ${file}`]),
    ...(preset === undefined ? [] : [`--preset ${preset}`]),
  ];
  const own = Object.fromEntries(
    Object.entries(given).filter(
      ([name, value]) => value !== undefined && ![...free, ...anew].includes(name),
    ),
  );
  // In the configuration's form: 20m is 1200 seconds.
  const kept = stored as Settings;
  const parsed = schema.safeParse(merge(kept, own));
  if (!parsed.success) return [...sources, ...Object.keys(own)];
  const meant = parsed.data as Settings;
  return [
    ...sources,
    ...Object.keys(own)
      .filter((name) => !isSame(name, meant[name], kept[name]))
      .map(
        (name) =>
          `${name} ${JSON.stringify(own[name])} (the run has ${JSON.stringify(kept[name])})`,
      ),
  ];
}

/** Data may be named in several ways. */
function isSame(name: string, given: unknown, kept: unknown): boolean {
  if (JSON.stringify(given) === JSON.stringify(kept)) return true;
  // A comparison that has more arms than are named has these.
  if (name === 'arms') return isPart(given, kept);
  if (name !== 'data') return false;
  const places = [given, kept].map((data) =>
    (Array.isArray(data) ? data : [data]).map((spec) => basename(String(spec))).join(),
  );
  return places[0] === places[1];
}

function isPart(given: unknown, kept: unknown): boolean {
  return (
    Array.isArray(given) && Array.isArray(kept) && given.every((one: unknown) => kept.includes(one))
  );
}

/** What an option sets, in the configuration's own form; nothing where it says where settings come from. */
function settingOf(option: string, value: unknown): Settings {
  switch (option) {
    case 'config':
    case 'preset':
    case 'set':
    case 'json':
    case 'details':
    case 'live':
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
    case 'maskValues':
      return { labels: { maskValues: maskValuesIn(String(value)) } };
    case 'resizeMasks':
      return { labels: { resizeMasks: value } };
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
    throw new UserError('SETTING_FORM', 'Invalid setting.', {
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
