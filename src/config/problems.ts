import type { z } from 'zod';
import { UserError } from '../core/index.js';

/** `augmentations[2].name`, or `(top level)`. */
function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path)
    text +=
      typeof part === 'number' ? `[${part}]` : text === '' ? String(part) : `.${String(part)}`;
  return text === '' ? '(top level)' : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  return value;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** One sentence for an issue, without zod's prefixes. */
function sentence(issue: z.core.$ZodIssue, root: unknown): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${pathText([...issue.path, key])}: unknown setting`);
  const got = valueAt(root, issue.path);
  const where = pathText(issue.path);
  if (
    issue.code === 'invalid_union' &&
    issue.errors.length > 0 &&
    issue.message === 'Invalid input'
  ) {
    const deepest = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
    if (deepest !== undefined)
      return sentence({ ...deepest, path: [...issue.path, ...deepest.path] } as typeof issue, root);
  }
  const message = issue.message
    .replace(/^Invalid (input|option): /, '')
    .replace(/^Too (small|big): /, '');
  return [`${where}: ${message}, got ${got === undefined ? 'no value' : show(got)}`];
}

/** Problems that are named; nobody reads more. */
const mostLines = 20;

/** All problems that a schema found, in one message with their paths. */
export function configError(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  where?: string,
): UserError {
  const all = [...new Set(issues.flatMap((issue) => sentence(issue, input)))];
  const more = all.length - mostLines;
  const lines = more > 0 ? [...all.slice(0, mostLines), `and ${more} more`] : all;
  const count = all.length === 1 ? 'One problem' : `${all.length} problems`;
  return new UserError(
    'CONFIG_INVALID',
    `${count} in the configuration:\n${lines.map((l) => `  - ${l}`).join('\n')}`,
    {
      where,
      remedy: 'docs/config.md lists every setting with its default',
    },
  );
}

/**
 * Refuses values that no run could have, where they are given to a run that keeps its own settings.
 *
 * @param settings the run's, with what is given laid over them
 * @param given names of the settings that are given; how they go with the run's other settings is not checked
 * @throws UserError `CONFIG_INVALID` where one of them has no such value
 */
export function checkGiven(
  { schema }: { readonly schema: z.ZodType },
  settings: Readonly<Record<string, unknown>>,
  given: readonly string[],
): void {
  const issues = schema.safeParse(settings).error?.issues ?? [];
  const wrong = issues.filter((issue) => {
    const names = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path;
    return issue.code !== 'custom' && given.includes(String(names[0]));
  });
  if (wrong.length > 0) throw configError(wrong, settings);
}
