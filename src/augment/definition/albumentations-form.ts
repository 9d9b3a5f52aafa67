import { UserError } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import type { Json, Params } from '../transform.js';

/** The Albumentations whose classes and arguments a policy is written with. */
export type AlbumentationsRelease = '1.3' | '1.4' | '2.0';

/** Arguments of a class, as its files hold them. */
export type Arguments = { [key: string]: Json };

/** A class of Albumentations with its arguments. */
export interface AlbumentationsClass {
  readonly name: string;
  readonly args: Arguments;
}

/** How a transform is written for Albumentations, and read from what its releases 1.3 to 2.0 have written. */
export interface AlbumentationsForm<O extends Params> {
  /** The class with the arguments of that release, for images of `size`; null where that release has none. */
  write(options: O, release: AlbumentationsRelease, size: Size): AlbumentationsClass | null;
  /** By the name of a class: what its arguments are as options. */
  readonly read: Readonly<Record<string, ArgumentReader>>;
}

/**
 * Options out of a class's arguments, `undefined` ones left at their defaults; null where these arguments make it
 * another transform.
 *
 * @throws UserError `POLICY` for an argument that ours does not have
 */
type ArgumentReader = (args: Arguments) => { [key: string]: Json | undefined } | null;

/** OpenCV's constants, as arguments hold them. */
export const openCv = { nearest: 0, linear: 1, constantBorder: 0, reflect101: 4 } as const;

/** A class without arguments that matter. */
export function withoutArguments(name: string): AlbumentationsForm<Params> {
  return { write: () => ({ name, args: {} }), read: { [name]: () => ({}) } };
}

/** @throws UserError `POLICY` where an argument is given and not the one that ours has. */
export function requireArgument(name: string, args: Arguments, key: string, value: Json): void {
  if (args[key] !== undefined && args[key] !== value)
    throw unsupported(name, key, JSON.stringify(value), args[key]);
}

/** The error about an argument that ours does not have. */
export function unsupported(name: string, key: string, expected: string, got: Json): UserError {
  return new UserError('POLICY', `${name} does not support this value of "${key}".`, {
    where: `${name}.${key}`,
    expected,
    got: JSON.stringify(got),
  });
}
