// Finds the libtorch to build against: SAFE_AUGMENT_TORCH, LIBTORCH, the torch of python3, the system's.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * @typedef {object} Libtorch
 * @property {string} tag       names its build folder: version and a hash of where it lies
 * @property {string} version   such as 1.13.0 or 2.6.0+cpu
 * @property {'SAFE_AUGMENT_TORCH'|'LIBTORCH'|'python3'|'system'|'homebrew'} source
 * @property {string} root      the folder it was found in
 * @property {string[]} includeDirs
 * @property {string} libDir    also the run path of what is linked against it
 * @property {string[]} libs    names to link, without "lib" and ending
 * @property {'c++17'|'c++20'} standard
 * @property {0|1} cxx11Abi
 * @property {string} cudaLibrary  the library to open before CUDA can be used, '' where there is none
 * @property {boolean} hasCuda
 * @property {boolean} hasMps
 * @property {string[]} warnings what makes it slow, each with its remedy
 */

const ending = process.platform === 'darwin' ? 'dylib' : 'so';

/** Every libtorch on this machine, the preferred one first. @returns {Libtorch[]} */
export function findAllLibtorch(env = process.env) {
  for (const variable of ['SAFE_AUGMENT_TORCH', 'LIBTORCH'])
    if (env[variable]) return [fromVariable(variable, env[variable])];
  const found = [fromPython(env), fromSystem(), fromHomebrew()].filter(
    (each) => each !== undefined,
  );
  return found.filter((each, i) => found.findIndex((other) => other.tag === each.tag) === i);
}

function fromVariable(variable, folder) {
  const found = fromFolder(folder, variable) ?? fromPrefix(folder, variable);
  if (found) return found;
  throw new MissingLibtorch([
    `${variable}=${folder} is not a libtorch folder: include/ATen/ATen.h or lib/libtorch_cpu.${ending} is missing`,
  ]);
}

/** @returns {Libtorch} @throws {MissingLibtorch} */
export function findLibtorch(env = process.env) {
  const [first] = findAllLibtorch(env);
  if (!first) throw new MissingLibtorch(['libtorch (PyTorch’s C++ library, 1.13 or newer)']);
  return first;
}

/** Says what is missing and how to get it; set-up prints it and ends with code 2. */
export class MissingLibtorch extends Error {
  /** @param {string[]} missing */
  constructor(missing) {
    super(`Missing: ${missing.join('; ')}\n${missingLibtorchHelp()}`);
    this.name = 'MissingLibtorch';
    this.code = 'LIBTORCH_MISSING';
    this.missing = missing;
    this.commands = libtorchCommands;
  }
}

export const libtorchCommands = {
  apt: 'apt-get install -y g++ libtorch-dev libopenblas0-openmp',
  brew: 'brew install pytorch libomp',
  pip: 'python3 -m pip install torch',
};

/** The commands that bring libtorch, as text. */
export function missingLibtorchHelp() {
  return [
    'Install libtorch and a C++ compiler in one of these ways, then try again:',
    `  Debian, Ubuntu:  sudo ${libtorchCommands.apt}`,
    `  macOS:           ${libtorchCommands.brew}`,
    `  any system, with Python:  ${libtorchCommands.pip}   (and a compiler: g++ 11 or clang 14, or newer)`,
    'or unpack libtorch from pytorch.org and set SAFE_AUGMENT_TORCH (or LIBTORCH) to that folder.',
  ].join('\n');
}

function fromPython(env) {
  const ask =
    "import importlib.util as u; s=u.find_spec('torch'); print(list(s.submodule_search_locations)[0] if s else '')";
  try {
    const folder = execFileSync('python3', ['-c', ask], {
      env,
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return folder ? fromFolder(folder, 'python3') : undefined;
  } catch {
    return undefined; // no python3, or one that does not run
  }
}

function fromSystem() {
  if (process.platform !== 'linux') return undefined;
  return fromPrefix('/usr', 'system') ?? fromPrefix('/usr/local', 'system');
}

/** A distribution's layout: the libraries may lie in a folder named after the machine. */
function fromPrefix(prefix, source) {
  const include = join(prefix, 'include');
  const lib = join(prefix, 'lib');
  if (!existsSync(join(include, 'ATen/ATen.h')) || !existsSync(lib)) return undefined;
  const folders = [
    lib,
    join(prefix, 'lib64'),
    ...readdirSync(lib)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(lib, name)),
  ];
  const libDir = folders.find((folder) => existsSync(join(folder, `libtorch_cpu.${ending}`)));
  return libDir ? describe(realpathSync(prefix), include, libDir, source) : undefined;
}

function fromHomebrew() {
  if (process.platform !== 'darwin') return undefined;
  for (const prefix of ['/opt/homebrew/opt/pytorch', '/usr/local/opt/pytorch']) {
    const found = existsSync(prefix) ? fromFolder(prefix, 'homebrew') : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A libtorch unpacked from pytorch.org, or the torch folder of Python's site-packages. */
function fromFolder(folder, source) {
  const include = join(folder, 'include');
  const libDir = join(folder, 'lib');
  if (!existsSync(join(include, 'ATen/ATen.h'))) return undefined;
  if (!existsSync(join(libDir, `libtorch_cpu.${ending}`))) return undefined;
  return describe(realpathSync(folder), realpathSync(include), realpathSync(libDir), source);
}

/** @returns {Libtorch} */
function describe(root, include, libDir, source) {
  const version = versionOf(root, include);
  const cudaLibrary = join(libDir, `libtorch_cuda.${ending}`);
  const hasCuda = existsSync(cudaLibrary);
  const core = readFileSync(join(include, 'ATen/ATen.h'), 'utf8');
  return {
    tag: `${version.replace(/[^\w.]+/g, '-')}-${hash(libDir)}`,
    version,
    source,
    root,
    includeDirs: [include, join(include, 'torch/csrc/api/include')],
    libDir,
    libs: ['torch_cpu', 'c10'],
    standard: core.includes('202002L') ? 'c++20' : 'c++17',
    cxx11Abi: abiOf(root, libDir),
    cudaLibrary: hasCuda ? cudaLibrary : '',
    hasCuda,
    hasMps: process.platform === 'darwin' && process.arch === 'arm64',
    warnings: blasWarnings(libDir),
  };
}

function versionOf(root, include) {
  const python = read(join(root, 'version.py'))?.match(/__version__ = '([^']+)'/);
  if (python) return python[1];
  const unpacked = read(join(root, 'build-version'))?.trim();
  if (unpacked) return unpacked;
  for (const file of ['torch/csrc/api/include/torch/version.h', 'torch/headeronly/version.h']) {
    const text = read(join(include, file));
    const part = (name) => text?.match(new RegExp(`#define TORCH_VERSION_${name} (\\d+)`))?.[1];
    if (part('MAJOR')) return `${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}`;
  }
  return 'unknown';
}

/** Older wheels were built with the old string layout of libstdc++; their CMake file says so. */
function abiOf(root, libDir) {
  for (const file of [
    join(root, 'share/cmake/Torch/TorchConfig.cmake'),
    join(libDir, 'cmake/Torch/TorchConfig.cmake'),
  ]) {
    const found = read(file)?.match(/_GLIBCXX_USE_CXX11_ABI=([01])/);
    if (found) return /** @type {0|1} */ (Number(found[1]));
  }
  return 1;
}

/** A distribution's libtorch takes its matrix products from whichever BLAS is installed. */
function blasWarnings(libDir) {
  const blas = join(libDir, 'libblas.so.3');
  if (!existsSync(blas)) return [];
  const real = realpathSync(blas);
  if (basename(join(real, '..')) !== 'blas') return [];
  return [
    `libblas.so.3 is the reference BLAS (${real}), about a hundred times slower than OpenBLAS. Install OpenBLAS: ` +
      'sudo apt-get install -y libopenblas0-openmp',
  ];
}

function read(file) {
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
