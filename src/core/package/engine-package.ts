import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from './package-root.js';

/** Systems for which an engine is published, as `platform-arch`. */
export const prebuiltSystems: readonly string[] = ['linux-x64'];

/** The package that brings the prebuilt engine: an optional dependency of this one (docs/packaging.md). */
export interface EnginePackage {
  /** Such as `safe-augment-engine-linux-x64`. */
  readonly name: string;
  /** Its own version; the engine only suits a program of the same one. */
  readonly version: string;
  /** Absolute path of the folder that its libraries lie in. */
  readonly folder: string;
}

/** What the platform package is called, whether or not there is one. Default: on this system. */
export function enginePackageName(system = `${process.platform}-${process.arch}`): string {
  return `safe-augment-engine-${system}`;
}

/**
 * The platform package that Node finds from this package's own place: beside it, hoisted, or linked by pnpm.
 *
 * @param from the folder of this package. Default: where it lies
 * @returns undefined where it has not been installed
 */
export function findEnginePackage(from = packageRoot()): EnginePackage | undefined {
  const name = enginePackageName();
  let facts: string;
  try {
    facts = createRequire(join(from, 'package.json')).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(facts, 'utf8')) as { version: string };
  return { name, version, folder: join(dirname(facts), 'lib') };
}

/** Whether this package is a clone with its sources, which `npm run build` builds; an installed one has none. */
export function isClone(from = packageRoot()): boolean {
  return existsSync(join(from, 'src'));
}
