import { closest, UserError } from '../../core/index.js';
import type { Json, Params } from '../transform.js';

/** An interval with both ends. */
export type Range = [number, number];

/** An interval `[low, high]`, or one number for `[-x, x]` unless the option says otherwise. */
export type Limit = number | readonly [low: number, high: number];

/** Names of options; of a choice between several sets of options, those of all sets. */
type KeyOf<G> = G extends unknown ? Extract<keyof G, string> : never;

interface NumberRules {
  min?: number;
  max?: number;
  integer?: boolean;
}

/**
 * Reads options or parameters out of plain JSON: every value checked, every unknown name refused.
 *
 * All methods throw UserError `TRANSFORM_OPTION` naming the transform and the option, what was expected
 * and what was given.
 *
 * @typeParam G the options that users may give: no others can be asked for
 */
export class OptionReader<G = Params> {
  private readonly known = new Set<string>();

  /** @param where for messages: the transform's name, with `options` or `params` appended. */
  constructor(
    private readonly where: string,
    private readonly given: Params,
  ) {
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new UserError('TRANSFORM_OPTION', `${where} must be a JSON object.`, {
        where,
        expected: 'an object such as {"key": value}',
        got: show(given),
      });
  }

  has(key: KeyOf<G>): boolean {
    this.known.add(key);
    return this.given[key] !== undefined;
  }

  /** A number; `fallback` where it is not given. @throws if it is missing without fallback. */
  number(key: KeyOf<G>, rules: NumberRules, fallback?: number): number {
    const value = this.value(key, fallback);
    if (!fits(value, rules)) throw this.bad(key, describe(rules), value);
    return value;
  }

  /** A number, or null, which is also the default. */
  optional(key: KeyOf<G>, rules: NumberRules): number | null {
    const value = this.value(key, null) ?? null;
    if (value !== null && !fits(value, rules))
      throw this.bad(key, `${describe(rules)}, or null`, value);
    return value;
  }

  boolean(key: KeyOf<G>, fallback?: boolean): boolean {
    const value = this.value(key, fallback);
    if (typeof value !== 'boolean') throw this.bad(key, 'true or false', value);
    return value;
  }

  choice<T extends string>(key: KeyOf<G>, choices: readonly T[], fallback?: T): T {
    const value = this.value(key, fallback);
    if (!choices.includes(value as T))
      throw this.bad(key, `one of ${choices.map((c) => `"${c}"`).join(', ')}`, value);
    return value as T;
  }

  /** `[low, high]`, or one number x, which stands for `[single(x)..., x]`; ordered and within the rules. */
  range(key: KeyOf<G>, rules: NumberRules, fallback: Range, single: (x: number) => number): Range {
    const value = this.value(key, fallback);
    const pair = typeof value === 'number' ? [single(value), value] : value;
    if (
      !Array.isArray(pair) ||
      pair.length !== 2 ||
      !pair.every((x) => fits(x, rules)) ||
      (pair[0] as number) > (pair[1] as number)
    )
      throw this.bad(
        key,
        `a number or [low, high] with low <= high, each ${describe(rules)}`,
        value,
      );
    return [pair[0] as number, pair[1] as number];
  }

  /** @throws UserError naming the first unknown key and the nearest known one. */
  done(): void {
    for (const key of Object.keys(this.given)) {
      if (this.known.has(key)) continue;
      const near = closest(key, [...this.known]);
      throw new UserError('TRANSFORM_OPTION', `${this.where}: unknown option "${key}".`, {
        where: this.where,
        expected: this.known.size > 0 ? [...this.known].join(', ') : 'nothing',
        got: key,
        remedy: near === undefined ? 'remove it' : `did you mean "${near}"?`,
      });
    }
  }

  /** An error about one key, for rules that span several. */
  bad(key: KeyOf<G>, expected: string, got: unknown): UserError {
    if (got === undefined) return this.missing(key, expected);
    return new UserError('TRANSFORM_OPTION', `${this.where}: invalid value for "${key}".`, {
      where: `${this.where}.${key}`,
      expected,
      got: show(got),
    });
  }

  /** Names what else is given too: one of these may be the missing one, misspelt. */
  private missing(key: string, expected: string): UserError {
    const others = Object.keys(this.given).filter((name) => !this.known.has(name));
    const near = closest(key, others);
    return new UserError('TRANSFORM_OPTION', `${this.where}: "${key}" is missing.`, {
      where: `${this.where}.${key}`,
      expected,
      got: others.length === 0 ? 'no value' : `no value, but ${others.join(', ')}`,
      remedy: near === undefined ? undefined : `rename "${near}" to "${key}"`,
    });
  }

  private value(key: KeyOf<G>, fallback: Json | undefined): Json | undefined {
    this.known.add(key);
    return this.given[key] === undefined ? fallback : this.given[key];
  }
}

function fits(value: unknown, rules: NumberRules): value is number {
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!rules.integer || Number.isInteger(value)) &&
    (rules.min === undefined || value >= rules.min) &&
    (rules.max === undefined || value <= rules.max)
  );
}

function describe({ min, max, integer }: NumberRules): string {
  const kind = integer ? 'an integer' : 'a number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} >= ${min}`;
  return max !== undefined ? `${kind} <= ${max}` : kind;
}

function show(value: unknown): string {
  if (value === undefined) return 'no value';
  // JSON has no infinity, which it makes of 1e999.
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
