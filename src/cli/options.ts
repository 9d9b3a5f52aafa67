import { InvalidArgumentError } from 'commander';

/** Parses an option's number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a number.');
  return value;
}

/** Gathers an option that may be given several times. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}
