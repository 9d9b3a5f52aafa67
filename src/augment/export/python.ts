import type { Json } from '../transform.js';
import type { Differences, ExportablePolicy } from './exported.js';
import { headOf, type HeadOf } from './head.js';

/** What a Python module is made of, beside its head. */
export interface PythonModule extends HeadOf {
  readonly imports: readonly string[];
  /** Classes and functions, each a block. */
  readonly helpers: readonly string[];
  /** What stands below them. */
  readonly body: string;
  /** What the module prints when it is run; default `transform`. */
  readonly prints?: string;
}

/** A Python module: docstring, imports, helpers, body, and what it prints when it is run. */
export function pythonModule(
  exported: ExportablePolicy,
  module: PythonModule,
  differences: Differences,
): string {
  // Names of the user's own stand in it: a docstring must not end early, nor read an escape.
  const head = headOf(exported, module, differences).map((line) =>
    line.replaceAll('\\', '\\\\').replaceAll('"""', String.raw`\"\"\"`),
  );
  const parts = [module.imports.join('\n'), ...module.helpers, module.body]
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return `"""${head.join('\n')}
"""
${parts.join('\n\n\n')}


if __name__ == "__main__":
    print(${module.prints ?? 'transform'})
`;
}

/** JSON as Python writes it; lists become tuples. */
export function literal(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map(literal);
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  const entries = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${literal(v)}`);
  return `{${entries.join(', ')}}`;
}

/** Keyword arguments. */
export function keywords(args: { readonly [key: string]: Json }): string {
  return Object.entries(args)
    .map(([key, value]) => `${key}=${literal(value)}`)
    .join(', ');
}

/** A call whose list of members stands on lines of its own. */
export function listCall(name: string, members: readonly string[], ...rest: string[]): string {
  const list = `${name}([\n${indented(members)}\n]`;
  return `${[list, ...rest].join(', ')})`;
}

/** Expressions, one a line, each followed by a comma. */
export function indented(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^(?=.)/gm, '    ')},`).join('\n');
}

/** The helpers that code and each other's code need, in their own order. A name counts outside comments and docstrings. */
export function neededHelpers(helpers: Readonly<Record<string, string>>, code: string): string[] {
  const all = Object.entries(helpers);
  const names = new Set<string>();
  const add = (given: string): void => {
    const plain = given.replace(/"""[^]*?"""|#.*$/gm, '');
    for (const [name, text] of all) {
      if (names.has(name) || !new RegExp(String.raw`\b${name}\b`).test(plain)) continue;
      names.add(name);
      add(text);
    }
  };
  add(code);
  return all.filter(([name]) => names.has(name)).map(([, text]) => text);
}
