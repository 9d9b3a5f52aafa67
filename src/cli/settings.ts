import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PresetName } from '../config/index.js';
import { UserError } from '../core/index.js';

/** Options that every command with a run folder has, as commander hands them over. */
export interface RunFlags {
  out?: string;
  config?: string;
  preset?: string;
  set?: string[];
  workers?: number;
  resume?: boolean;
  /** The others are settings of the same name, unless the command says otherwise. */
  [setting: string]: unknown;
}

/** What of a command's configuration settings need. */
interface Settings {
  readonly out: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly workers: number | 'auto';
}

interface GivenSources {
  file?: string;
  preset?: string;
  presetFor?: (data: string) => PresetName;
  flags: Record<string, unknown>;
}

/** How a command's configuration is made, and read back from a run folder. */
export interface Command<C extends Settings> {
  resolve(sources: GivenSources): C;
  read(path: string): C;
}

/**
 * The configuration that a command line means.
 *
 * A resumed run keeps the settings it was started with: they make its numbers.
 *
 * @param settings what the options set, in the configuration's own form
 * @throws UserError `CONFIG_INVALID` and others of `resolveConfig`, `SETTING_FORM`
 */
export async function settingsFrom<C extends Settings>(
  command: Command<C>,
  flags: RunFlags,
  settings: Record<string, unknown>,
): Promise<C> {
  const { runFiles } = await import('../run/files/index.js');
  const resumed = (out: string): C | undefined => {
    const started = join(out, runFiles.config);
    if (!existsSync(started)) return undefined;
    const stored = command.read(started);
    const workers = flags.workers ?? stored.workers;
    return { ...stored, out, resume: true, overwrite: false, workers };
  };
  if (flags.resume === true && flags.out !== undefined) {
    const started = resumed(flags.out);
    if (started !== undefined) return started;
  }
  for (const text of flags.set ?? []) assign(settings, text);
  const { config: file, preset } = flags;
  const { presetFor } = await import('../run/preset-for.js');
  const told = (data: string): PresetName => {
    const chosen = presetFor(data);
    if (chosen !== 'quick')
      console.log(`Images with masks: preset ${chosen} (--preset names another).`);
    return chosen;
  };
  const config = command.resolve({ file, preset, presetFor: told, flags: settings });
  return (config.resume ? resumed(config.out) : undefined) ?? config;
}

/** Options that say where settings come from, or that stand for a setting of another name, left out. */
export function without(flags: RunFlags, names: readonly string[]): Record<string, unknown> {
  const left = new Set(['config', 'preset', 'set', ...names]);
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !left.has(name)));
}

/** `--augmentations Blur,CLAHE` */
export function nameList(text: string): string[] {
  return text.split(',').map((name) => name.trim());
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
