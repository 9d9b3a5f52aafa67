import { UserError } from '../../core/index.js';

/** What the pattern says of a name: the group's name, or undefined where it does not fit. */
export type NamePattern = (name: string) => string | undefined;

/** `{track}`: letters, digits and underscores, beginning with a letter. */
const placeholder = /\{[a-zA-Z]\w*\}/;

/**
 * Reads `groupBy`, in either of two forms:
 *
 * - a template, as `{track}_*.png` or `{class}/{track}_*`: what braces name makes the group, `*` is anything, and
 *   neither goes across a slash. It must fit the end of the path, from a slash on; each part in braces is as short as possible;
 * - a regular expression with at least one capture group, as `^(.*)_\d+\.png$`: it is searched for in the path, and all that
 *   it captures makes the group.
 *
 * Paths are those of the images from the data's folder on, with forward slashes.
 *
 * @throws UserError `GROUP_PATTERN`
 */
export function namePattern(text: string): NamePattern {
  const expression = placeholder.test(text) ? ofTemplate(text) : ofExpression(text);
  return (name) => {
    const found = expression.exec(name);
    return found === null
      ? undefined
      : found
          .slice(1)
          .map((part) => part ?? '')
          .join('/');
  };
}

function ofTemplate(text: string): RegExp {
  const source = text
    .split(/(\{[a-zA-Z]\w*\}|\*+)/)
    .map((part) => {
      if (placeholder.test(part)) return '([^/]+?)';
      return part.startsWith('*') ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`(?:^|/)${source}$`);
}

function ofExpression(text: string): RegExp {
  const invalid = (got: string, cause?: unknown): UserError =>
    new UserError(
      'GROUP_PATTERN',
      'The pattern of groups is invalid.',
      {
        where: `--group-by ${text}`,
        expected:
          "a template such as '{track}_*.png', or a regular expression with a capture group such as '^(.*)_'",
        got,
        remedy: 'put braces or brackets around the part of the name that a group shares',
      },
      { cause },
    );
  let expression: RegExp;
  let captures: number;
  try {
    expression = new RegExp(text);
    // An empty alternative fits anything and tells how many groups there are.
    captures = (new RegExp(`${text}|`).exec('') ?? []).length - 1;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error), error);
  }
  if (captures === 0) throw invalid('neither braces nor a capture group');
  return expression;
}
