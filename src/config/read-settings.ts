import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { UserError } from '../core/index.js';

/**
 * Reads settings from a YAML or JSON file (JSON is YAML too).
 *
 * @throws UserError `CONFIG_UNREADABLE` when there is no such file or it is not a mapping.
 */
export function readSettings(path: string): Record<string, unknown> {
  const value = valueIn(textOf(path), path);
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError('CONFIG_UNREADABLE', 'The configuration file contains no settings.', {
      where: path,
      expected: 'a mapping such as `budget: 20m`',
      got: Array.isArray(value) ? 'a list' : JSON.stringify(value),
    });
  requirePlain(value, path);
  return value as Record<string, unknown>;
}

/** Bytes of a file of settings. The parser compares every key with all others, so much more takes minutes. */
const mostBytes = 2 ** 16;
/** Of a file that is plain JSON, which has a quick parser. */
const mostJsonBytes = 2 ** 20;
/** Settings within settings. */
const mostLevels = 32;

function textOf(path: string): string {
  try {
    const found = statSync(path);
    // Reading a pipe may wait for ever.
    if (!found.isFile() && !found.isDirectory()) throw unreadable(path, 'neither file nor folder');
    if (found.size > mostJsonBytes) throw tooLarge(path, found.size);
    // A file of the system that never ends, such as /proc/kmsg, is empty by its size.
    return found.isFile() && found.size === 0 ? '' : readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(path, (error as NodeJS.ErrnoException).code, error);
  }
}

function unreadable(path: string, got: string | undefined, cause?: unknown): UserError {
  return new UserError(
    'CONFIG_UNREADABLE',
    'Cannot read the configuration file.',
    { where: path, expected: 'a YAML or JSON file', got, remedy: 'check --config' },
    { cause },
  );
}

function tooLarge(path: string, bytes: number): UserError {
  return new UserError('CONFIG_UNREADABLE', 'The configuration file is too large.', {
    where: path,
    expected: `at most ${mostBytes / 1024} KB of YAML, or ${mostJsonBytes / 1024} KB of JSON`,
    got: `${Math.ceil(bytes / 1024)} KB`,
    remedy: 'list only the settings that differ from the defaults',
  });
}

function valueIn(text: string, path: string): unknown {
  if (text.length > mostBytes) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw tooLarge(path, text.length);
    }
  }
  try {
    return parse(text) as unknown;
  } catch (cause) {
    // Not only syntax: names that are used and not given, and aliases that unfold without end.
    const got = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new UserError(
      'CONFIG_UNREADABLE',
      'The configuration file is not valid YAML or JSON.',
      { where: path, got, remedy: 'correct that line' },
      { cause },
    );
  }
}

/** @throws UserError where settings contain themselves, as YAML's aliases allow, or lie too deep */
function requirePlain(value: unknown, path: string, above: readonly object[] = []): void {
  if (typeof value !== 'object' || value === null) return;
  const isCircular = above.includes(value);
  if (isCircular || above.length > mostLevels)
    throw new UserError('CONFIG_UNREADABLE', 'The configuration file has settings without end.', {
      where: path,
      expected: `at most ${mostLevels} levels of settings`,
      got: isCircular ? 'an alias that refers to itself' : 'more',
      remedy: 'write out the value instead of the alias',
    });
  for (const inner of Object.values(value)) requirePlain(inner, path, [...above, value]);
}
