// The shared libraries that an addon needs on Linux, put together in one folder in which they find each other.
// Tools: ldd, nm and strip (binutils), patchelf.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SetupProblem } from '../setup/problem.mjs';
import { onPath } from '../setup/shell.mjs';

/** What Node itself needs, so that every system with Node has it: the C library, and GCC's two for C++. */
const ofSystem = /^(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|util|stdc\+\+|gcc_s))\.so\b/;

const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 256 << 20, stdio: 'pipe' });

/**
 * Copies an addon and every library it needs into a folder, stripped, with `$ORIGIN` as their run path.
 *
 * A library is left out where nothing uses a symbol of it: Debian's libtorch names OpenCV, FFmpeg and ZeroMQ, and with them two
 * hundred more, but calls none of them.
 *
 * @param {string} addon
 * @param {string} folder that exists
 * @returns {string[]} the libraries' files on this system, without the addon
 * @throws {SetupProblem} where a tool is missing, or a symbol is left without a library
 */
export function collectLibraries(addon, folder) {
  for (const tool of ['ldd', 'nm', 'strip', 'patchelf'])
    if (!onPath(tool))
      throw new SetupProblem(
        `Missing: ${tool}`,
        'Debian, Ubuntu:  sudo apt-get install -y binutils patchelf',
      );
  const places = placesOf(addon);
  const taken = new Map([[basename(addon), addon]]);
  for (const [name, file] of taken) {
    const { used, unused } = neededBy(file, places);
    for (const each of used) taken.set(each, places.get(each));
    const copy = join(folder, name);
    copyFileSync(realpathSync(file), copy);
    chmodSync(copy, 0o755);
    if (file === addon) run('strip', '--strip-unneeded', copy);
    const without = unused.flatMap((each) => ['--remove-needed', each]);
    // One change a call: patchelf 0.14 does only the first of several.
    if (without.length > 0) run('patchelf', ...without, copy);
    // The old form of the run path: it holds for the libraries of libraries too, and before LD_LIBRARY_PATH.
    run('patchelf', '--force-rpath', '--set-rpath', '$ORIGIN', copy);
  }
  const copies = [...taken.keys()].map((name) => join(folder, name));
  for (const copy of copies) requireWhole(copy, folder);
  return [...taken.values()].filter((file) => file !== addon);
}

/**
 * The oldest C library that files run with: the youngest version of it that their symbols ask for.
 *
 * @param {string[]} files
 * @returns {string} such as `2.35`
 */
export function oldestGlibc(files) {
  const versions = files.flatMap((file) =>
    [...run('nm', '-D', '--undefined-only', file).matchAll(/@GLIBC_(\d+)\.(\d+)/g)].map(
      ([, major, minor]) => [Number(major), Number(minor)],
    ),
  );
  const [youngest] = versions.sort((a, b) => b[0] - a[0] || b[1] - a[1]);
  return youngest.join('.');
}

/** Where the loader finds each library of a file here, by name. @returns {Map<string, string>} */
function placesOf(file) {
  const lines = run('ldd', file).matchAll(/^\s*(\S+) => (\S+)/gm);
  return new Map([...lines].map(([, name, place]) => [name, place]));
}

/** The libraries that a file names, apart from the system's: those it uses a symbol of, and the others. */
function neededBy(file, places) {
  const wanted = new Set(symbols(file, '--undefined-only'));
  const needed = run('patchelf', '--print-needed', file)
    .split('\n')
    .filter((name) => name !== '' && !ofSystem.test(name));
  const uses = (name) =>
    symbols(places.get(name), '--defined-only').some((symbol) => wanted.has(symbol));
  return {
    used: needed.filter((name) => uses(name)),
    unused: needed.filter((name) => !uses(name)),
  };
}

/** Names of a library's symbols, without their versions. */
function symbols(file, which) {
  const lines = run('nm', '-D', '--format=posix', which, file).split('\n');
  return lines.map((line) => line.split(' ')[0].replace(/@.*/, '')).filter((name) => name !== '');
}

/** Every symbol must be found, and every library in the folder or with the system. */
function requireWhole(copy, folder) {
  const output = run('sh', '-c', 'ldd -r "$0" 2>&1', copy);
  const lost = output
    .split('\n')
    .filter((line) => /undefined symbol|not found/.test(line))
    // Node gives these.
    .filter((line) => !/undefined symbol: napi_/.test(line));
  const abroad = [...output.matchAll(/^\s*(\S+) => (\S+)/gm)].filter(
    ([, name, place]) => !ofSystem.test(name) && !place.startsWith(realpathSync(folder)),
  );
  if (lost.length + abroad.length === 0) return;
  const lines = [...lost, ...abroad.map(([line]) => line)].map((line) => `  ${line.trim()}`);
  throw new SetupProblem(`${copy} cannot stand alone:\n${lines.join('\n')}`);
}
