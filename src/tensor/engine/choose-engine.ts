import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  enginePackageName,
  findEnginePackage,
  packageRoot,
  packageVersion,
  shellWord,
  UserError,
  type EnginePackage,
} from '../../core/index.js';
import { buildCommand, engineCommand, installCommand } from './engine-commands.js';

/** What an addon was built with: written beside it when it is built, or packed. */
export interface Stamp {
  readonly tag: string;
  /** libtorch's version, such as `1.13.0` or `2.11.0+cu130`. */
  readonly version: string;
  /** Where libtorch was found: SAFE_AUGMENT_TORCH, LIBTORCH, python3, system, homebrew. */
  readonly source: string;
  /** The folder of libtorch. */
  readonly root: string;
  readonly cudaLibrary: string;
  readonly hasMps: boolean;
  /** The oldest C library that it runs with, such as `2.35`; only of packed engines on Linux. */
  readonly glibc?: string;
}

/** Why an engine is taken before others. */
export type EngineOrigin = 'SAFE_AUGMENT_TORCH' | 'LIBTORCH' | 'built here' | 'package';

/** The engine that this process loads. */
export interface ChosenEngine {
  readonly origin: EngineOrigin;
  readonly stamp: Stamp;
  /** Absolute path of the addon. */
  readonly file: string;
}

/** Where engines are looked for. */
export interface EnginePlaces {
  /** The folder of this package. Default: where it lies */
  readonly root?: string;
  /** Default: `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The platform package; null: none. Default: what Node finds from the root */
  readonly installed?: EnginePackage | null;
  /** Version of this package, which the platform package must have. Default: of the package at hand */
  readonly version?: string;
}

/**
 * The engine to load. One's own wins, in this order: the build for `SAFE_AUGMENT_TORCH`, the build for `LIBTORCH`, what was
 * built last in `native/build`, the platform package.
 *
 * @throws UserError `ENGINE_MISSING` where there is none, or none for the libtorch that a variable names; `ENGINE_VERSION`
 *   where the platform package is of another version than this one
 */
export function chooseEngine({
  root = packageRoot(),
  env = process.env,
  installed = findEnginePackage(root) ?? null,
  version = packageVersion(),
}: EnginePlaces = {}): ChosenEngine {
  for (const variable of ['SAFE_AUGMENT_TORCH', 'LIBTORCH'] as const) {
    const wanted = env[variable];
    if (wanted) return builtFor(root, variable, wanted);
  }
  const current = readJson<{ tag: string }>(join(root, 'native/build/current.json'));
  const stamp = current && stampOf(root, current.tag);
  if (stamp) return { origin: 'built here', stamp, file: addonOf(root, stamp) };
  if (installed === null) throw missing(root, version);
  if (installed.version !== version) throw otherVersion(root, installed, version);
  const packed = readJson<Stamp>(join(installed.folder, 'stamp.json'));
  if (!packed) throw missing(root, version, `${installed.name} without its stamp.json`);
  return {
    origin: 'package',
    stamp: { ...packed, root: installed.folder },
    file: join(installed.folder, 'safe_augment.node'),
  };
}

/** Every engine that was built in this package, by the names of their folders. */
export function builtEngines(root = packageRoot()): ChosenEngine[] {
  const build = join(root, 'native/build');
  const tags = existsSync(build) ? readdirSync(build).sort() : [];
  return tags
    .map((tag) => stampOf(root, tag))
    .filter((stamp) => stamp !== undefined)
    .map((stamp) => ({ origin: 'built here', stamp, file: addonOf(root, stamp) }));
}

function builtFor(
  root: string,
  variable: 'SAFE_AUGMENT_TORCH' | 'LIBTORCH',
  wanted: string,
): ChosenEngine {
  const built = builtEngines(root);
  const real = existsSync(wanted) ? realpathSync(wanted) : undefined;
  const found = built.find(({ stamp }) => stamp.root === real);
  if (found) return { ...found, origin: variable };
  const others = built.map(({ stamp }) => stamp.root).join(', ');
  throw new UserError('ENGINE_MISSING', 'There is no engine for your libtorch.', {
    where: `${variable}=${wanted}`,
    expected: `an engine in ${join(root, 'native/build')} that was built for it`,
    got:
      real === undefined
        ? 'a folder that does not exist'
        : others === ''
          ? 'none'
          : `engines for ${others}`,
    remedy: `${variable}=${shellWord(wanted)} ${buildCommand(root)} (needs a C++ compiler), or unset ${variable}`,
  });
}

function missing(root: string, version: string, got = 'neither'): UserError {
  return new UserError('ENGINE_MISSING', 'There is no engine (libtorch and its addon).', {
    where: root,
    expected: `the package ${enginePackageName()}, or an engine built in native/build`,
    got,
    remedy: engineCommand(root, version),
  });
}

function otherVersion(
  root: string,
  { name, version, folder }: EnginePackage,
  wanted: string,
): UserError {
  return new UserError('ENGINE_VERSION', 'The engine belongs to another version.', {
    where: folder,
    expected: `${name} ${wanted}, as safe-augment`,
    got: `${name} ${version}`,
    remedy: installCommand(`safe-augment@${wanted} ${name}@${wanted}`, root),
  });
}

function stampOf(root: string, tag: string): Stamp | undefined {
  return readJson<Stamp>(join(root, 'native/build', tag, 'stamp.json'));
}

function addonOf(root: string, { tag }: Stamp): string {
  return join(root, 'native/build', tag, 'safe_augment.node');
}

function readJson<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
