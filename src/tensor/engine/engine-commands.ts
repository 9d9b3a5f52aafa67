import { basename, dirname, join, relative, sep } from 'node:path';
import {
  enginePackageName,
  isClone,
  packageRoot,
  packageVersion,
  prebuiltSystems,
  shellWord,
} from '../../core/index.js';

/** The command that brings an engine here: the platform package where there is one for this system, else a build. */
export function engineCommand(root = packageRoot(), version = packageVersion()): string {
  const system = `${process.platform}-${process.arch}`;
  const fits = prebuiltSystems.includes(system) && !isMusl();
  if (isClone(root) || !fits) return buildCommand(root);
  return installCommand(`${enginePackageName()}@${version}`, root);
}

/**
 * The command that installs packages where this one finds them: in the project that it belongs to, which need not be the one in which the
 * user is.
 *
 * @param wanted such as `sharp`, or several with spaces between
 * @param root the folder of this package. Default: where it lies
 */
export function installCommand(wanted: string, root = packageRoot()): string {
  const [project, below] = root.split(`${sep}node_modules${sep}`, 2);
  const isHere = below === undefined || !relative(project, process.cwd()).startsWith('..');
  if (isHere) return `npm install ${wanted}`;
  // Where npm keeps what is installed for all.
  if (basename(project) === 'lib') return `npm install -g ${wanted}`;
  return `npm install --prefix ${shellWord(project)} ${wanted}`;
}

/** The command that builds an engine against a libtorch on this machine. */
export function buildCommand(root = packageRoot()): string {
  const script = join(root, 'scripts/native/build.mjs');
  const near = relative(process.cwd(), script);
  return `node ${shellWord(near.startsWith('..') ? script : near)}`;
}

/**
 * What to do about an addon of the platform package that is there but does not load.
 *
 * @param glibc the oldest C library that it runs with
 */
export function mendPackageCommand(file: string, glibc: string | undefined): string {
  if (isOlder(glibcVersion(), glibc))
    return `use a newer system, or build an engine against a libtorch of your own: ${buildCommand()}`;
  const folder = dirname(dirname(file));
  const again = installCommand(`${enginePackageName()}@${packageVersion()}`);
  return `rm -r ${shellWord(folder)} && ${again}`;
}

/** Version of the C library that runs here, such as `2.36`; undefined where it is not glibc. */
export function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as {
    header: { glibcVersionRuntime?: string };
  };
  return header.glibcVersionRuntime;
}

/** Linux with another C library than glibc, for which no engine is published. */
function isMusl(): boolean {
  return process.platform === 'linux' && glibcVersion() === undefined;
}

/** Whether a version such as `2.31` is older than another. False where either is not known. */
export function isOlder(version: string | undefined, wanted: string | undefined): boolean {
  if (version === undefined || wanted === undefined) return false;
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  return major !== wantedMajor ? major < wantedMajor : minor < wantedMinor;
}
