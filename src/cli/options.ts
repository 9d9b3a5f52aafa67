import { InvalidArgumentError } from 'commander';

/** Parses an option's number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a number.');
  return value;
}

/** The value given, or else the other. */
export function override<T>(given: T | undefined, other: T): T {
  return given === undefined ? other : given;
}
