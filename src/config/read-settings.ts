import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { UserError } from '../core/index.js';

/**
 * Reads settings from a YAML or JSON file (JSON is YAML too).
 *
 * @throws UserError `CONFIG_UNREADABLE` when there is no such file or it is not a mapping.
 */
export function readSettings(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      'CONFIG_UNREADABLE',
      'The configuration file cannot be read.',
      { where: path, got: (error as NodeJS.ErrnoException).code, remedy: 'check --config' },
      { cause: error },
    );
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UserError(
      'CONFIG_UNREADABLE',
      'The configuration file is not valid YAML or JSON.',
      { where: path, got: error.message.split('\n')[0], remedy: 'correct the line named' },
      { cause: error },
    );
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError('CONFIG_UNREADABLE', 'The configuration file holds no settings.', {
      where: path,
      expected: 'a mapping such as `budget: 20m`',
      got: Array.isArray(value) ? 'a list' : JSON.stringify(value),
    });
  return value as Record<string, unknown>;
}
