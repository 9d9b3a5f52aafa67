import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LearnConfig, LearnInput } from '../config/index.js';
import { UserError } from '../core/index.js';

/** The options of `learn` as commander hands them over. */
export interface LearnFlags {
  out?: string;
  config?: string;
  preset?: string;
  set?: string[];
  model?: string;
  lr?: number;
  augmentations?: string;
  thesisTpr?: number;
  thesisFpr?: number;
  controls: boolean;
  workers?: number;
  resume?: boolean;
  /** The others are settings of the same name. */
  [setting: string]: unknown;
}

/**
 * The configuration that a command line means.
 *
 * A resumed run keeps the settings it was started with: they make its numbers.
 *
 * @throws UserError `CONFIG_INVALID` and others of `resolveLearnConfig`, `SETTING_FORM`
 */
export async function settingsOf(
  data: string | undefined,
  flags: LearnFlags,
): Promise<LearnConfig> {
  const { readLearnConfig, resolveLearnConfig, runFiles } = await import('../config/index.js');
  if (flags.resume === true && flags.out !== undefined) {
    const started = join(flags.out, runFiles.config);
    if (existsSync(started)) return resumed(readLearnConfig(started), flags.out, flags.workers);
  }
  const config = resolveLearnConfig({
    file: flags.config,
    preset: flags.preset,
    flags: given(data, flags) as LearnInput,
  });
  const started = join(config.out, runFiles.config);
  if (!config.resume || !existsSync(started)) return config;
  return resumed(readLearnConfig(started), config.out, flags.workers);
}

function resumed(stored: LearnConfig, out: string, workers?: number): LearnConfig {
  return { ...stored, out, resume: true, overwrite: false, workers: workers ?? stored.workers };
}

/** What the options set, in the configuration's own form. */
function given(data: string | undefined, flags: LearnFlags): Record<string, unknown> {
  const {
    set,
    model,
    lr,
    augmentations,
    thesisTpr: tpr,
    thesisFpr: fpr,
    controls,
    ...same
  } = flags;
  const settings: Record<string, unknown> = { ...same, data };
  // These two say where other settings come from.
  delete settings.config;
  delete settings.preset;
  if (!controls) settings.controls = false;
  if (model !== undefined) settings.model = { name: model };
  if (lr !== undefined) settings.optimiser = { lr };
  if (tpr !== undefined || fpr !== undefined) settings.thesis = { tpr, fpr };
  if (augmentations !== undefined)
    settings.augmentations = augmentations.split(',').map((name) => name.trim());
  for (const text of set ?? []) assign(settings, text);
  return settings;
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
