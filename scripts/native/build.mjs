// Builds the addon: the compiler is called directly, as many files at a time as the machine bears, and only for what has changed.
// Alone: node scripts/native/build.mjs [--all] [--beside]
//   --all: against every libtorch found; --beside: without making it the one that is loaded
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { filesUnder } from '../setup/compile.mjs';
import { buildMap } from './build-map.mjs';
import { commonHeaders } from './common-headers.mjs';
import { findAllLibtorch, findLibtorch, MissingLibtorch } from './find-libtorch.mjs';
import { nodeHeaders } from './node-headers.mjs';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const sourceDir = join(root, 'native/src');
const buildDir = join(root, 'native/build');

/**
 * Builds the addon where needed and makes it the one that is loaded.
 *
 * @param {{quiet?: boolean, libtorch?: import('./find-libtorch.mjs').Libtorch, current?: boolean}} [options]
 *   `libtorch`: the one to build against, default the first found; `current`: load it from now on, default true.
 * @returns {Promise<{file: string, built: boolean, libtorch: import('./find-libtorch.mjs').Libtorch}>}
 * @throws {MissingLibtorch} where libtorch, the compiler or Node's headers are missing
 */
export async function buildNative({
  quiet = false,
  libtorch = findLibtorch(),
  current = true,
} = {}) {
  const say = quiet ? () => {} : (line) => console.log(line);
  for (const warning of libtorch.warnings) console.warn(`warning: ${warning}`);
  const folder = join(buildDir, libtorch.tag);
  const file = join(folder, 'safe_augment.node');
  const compiler = findCompiler();
  const flags = compileFlags(libtorch, compiler);
  const sources = filesUnder(sourceDir, '.', '.cpp');
  const headers = filesUnder(sourceDir, '.', '.hpp');
  const common = hash([
    compiler.version,
    libtorch.version,
    ...flags.map(wherever),
    ...headers.map(contents),
  ]);
  const objects = sources.map((name) => ({
    name,
    object: join(folder, `${basename(name, '.cpp')}-${hash([common, ...allOf(name)])}.o`),
  }));
  const link = linkFlags(libtorch, compiler);
  const stamp = hash([...objects.map((each) => basename(each.object)), ...link]);
  const stampFile = join(folder, 'stamp.json');
  const done = existsSync(file) && readStamp(stampFile)?.stamp === stamp;

  if (!done) {
    mkdirSync(folder, { recursive: true });
    const missing = objects.filter((each) => !existsSync(each.object));
    say(
      `Building the engine against libtorch ${libtorch.version} (${libtorch.source}), ${missing.length} files`,
    );
    const kernels = missing.filter(({ name }) => isKernel(name));
    const wrappers = missing.filter(({ name }) => !isKernel(name));
    const shared = commonHeaders({
      folder,
      flags: [...flags, optimise('')],
      files: wrappers.length,
      compile: (args) => compile(compiler.command, args),
      compiler,
    });
    const compileOne = async ({ name, object }) => {
      const temporary = `${object}.${process.pid}.tmp`;
      const own = isOfProcesses(name) ? processesFlags(libtorch) : [];
      const args = [...flags, optimise(name), ...own, '-c', join(sourceDir, name), '-o', temporary];
      await (isKernel(name) ? compile(compiler.command, args) : shared.compile(args));
      renameSync(temporary, object);
    };
    try {
      // Wrappers come last: they wait for their headers.
      const files = [...kernels, ...wrappers].map((each) => () => compileOne(each));
      await inTurns(compilersAtOnce(), [() => shared.ready, ...files], (each) => each());
    } finally {
      shared.remove();
    }
    const temporary = `${file}.${process.pid}.tmp`;
    await compile(compiler.command, [
      ...objects.map((each) => each.object),
      ...link,
      '-o',
      temporary,
    ]);
    renameSync(temporary, file);
    const { tag, version, source, libDir, cudaLibrary, hasMps } = libtorch;
    const about = { stamp, tag, version, source, root: libtorch.root, libDir, cudaLibrary, hasMps };
    writeFileSync(stampFile, JSON.stringify(about, null, 2));
    const wanted = new Set(objects.map((each) => each.object));
    for (const name of readdirSync(folder))
      if (name.endsWith('.o') && !wanted.has(join(folder, name))) rmSync(join(folder, name));
  }
  const pointer = join(buildDir, 'current.json');
  if (current && readStamp(pointer)?.tag !== libtorch.tag)
    writeFileSync(pointer, JSON.stringify({ tag: libtorch.tag }, null, 2));
  return { file, built: !done, libtorch };
}

/** The same flag in every copy of this folder: a copy that was built stays built. */
function wherever(flag) {
  return flag.replaceAll(root, '.');
}

/** One file takes up to 2 GiB. */
function compilersAtOnce() {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / 2 ** 31)));
}

function compileFlags(libtorch, compiler) {
  const headers = nodeHeaders();
  if (headers === undefined)
    throw new MissingLibtorch(['Node’s headers (npm package node-api-headers): run npm ci']);
  return [
    `-std=${libtorch.standard}`,
    '-fPIC',
    '-DNDEBUG',
    '-DNAPI_VERSION=8',
    `-D_GLIBCXX_USE_CXX11_ABI=${libtorch.cxx11Abi}`,
    // Kernels are plain loops: let them be vectorised without changing what a sum means elsewhere.
    '-fno-math-errno',
    '-fno-trapping-math',
    '-fvisibility-inlines-hidden',
    '-Wall',
    '-Wno-unknown-pragmas',
    ...compiler.openmp.compile,
    `-I${headers}`,
    ...libtorch.includeDirs.flatMap((folder) =>
      folder === '/usr/include' ? [] : ['-isystem', folder],
    ),
  ];
}

/** Wrappers gain nothing from optimisation but cost set-up time; kernels live from it. */
function optimise(name) {
  return isKernel(name) ? '-O3' : '-O1';
}

const isKernel = (name) => basename(name).startsWith('kernel_');

/** What needs libtorch's parts for several processes, and the names of Gloo, which come without headers. */
const isOfProcesses = (name) => dirname(name).endsWith('processes');
const glooNames = join(sourceDir, 'processes/gloo');

/** Only where this libtorch was built with these parts. */
function processesFlags({ includeDirs, libDir }) {
  const header = join(includeDirs[0], 'torch/csrc/distributed/c10d/ProcessGroupGloo.hpp');
  const library = join(libDir, 'libtorch_cpu.so');
  const has =
    process.platform === 'linux' &&
    existsSync(header) &&
    readFileSync(library).includes('N4c10d16ProcessGroupGlooC1E');
  return has ? ['-DENGINE_PROCESSES=1', '-DUSE_C10D_GLOO', `-I${glooNames}`] : [];
}

function linkFlags(libtorch, compiler) {
  const libs = libtorch.libs.map((name) => `-l${name}`);
  const own = [`-L${libtorch.libDir}`, `-Wl,-rpath,${libtorch.libDir}`];
  if (process.platform === 'darwin')
    return ['-bundle', '-undefined', 'dynamic_lookup', ...own, ...libs, ...compiler.openmp.link];
  // Never unloaded: libtorch keeps the addon's allocator even where the Node worker that loaded it has ended.
  const linker = ['-Wl,--no-as-needed', '-Wl,-z,nodelete'];
  return ['-shared', ...own, ...linker, ...libs, ...compiler.openmp.link, '-ldl'];
}

/** The C++ compiler (CXX, g++, clang++, c++) and how it is told to use OpenMP, libtorch's thread pool. */
function findCompiler() {
  const wanted = process.env.CXX ? [process.env.CXX] : ['g++', 'clang++', 'c++'];
  for (const command of wanted) {
    try {
      const version = execFileSync(command, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).split('\n')[0];
      return { command, version, openmp: openmpOf(version) };
    } catch {
      continue;
    }
  }
  throw new MissingLibtorch([`a C++ compiler (${wanted.join(', ')})`]);
}

function openmpOf(version) {
  if (!version.includes('Apple')) return { compile: ['-fopenmp'], link: ['-fopenmp'] };
  for (const prefix of ['/opt/homebrew/opt/libomp', '/usr/local/opt/libomp'])
    if (existsSync(join(prefix, 'include/omp.h')))
      return {
        compile: ['-Xpreprocessor', '-fopenmp', `-I${prefix}/include`],
        link: [`-L${prefix}/lib`, '-lomp'],
      };
  return { compile: [], link: [] };
}

async function compile(command, args) {
  try {
    await run(command, args, { maxBuffer: 64 << 20 });
  } catch (error) {
    const output = String(error.stderr ?? error.message);
    throw new Error(`Compiling the engine failed:\n${command} ${args.join(' ')}\n${output}`, {
      cause: error,
    });
  }
}

async function inTurns(width, items, work) {
  const queue = [...items];
  const turns = Array.from({ length: width }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(turns);
}

function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function contents(name) {
  return name + readFileSync(join(sourceDir, name), 'utf8');
}

/** A file, and what it alone includes. */
function allOf(name) {
  if (!isOfProcesses(name)) return [contents(name)];
  const names = filesUnder(sourceDir, 'processes/gloo', '.h');
  return [contents(name), ...names.map(contents)];
}

function hash(parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex').slice(0, 12);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const all = process.argv.includes('--all') ? findAllLibtorch() : [findLibtorch()];
    for (const [i, libtorch] of all.entries()) {
      const { file, built } = await buildNative({
        libtorch,
        current: i === 0 && !process.argv.includes('--beside'),
      });
      console.log(`${built ? 'built' : 'up to date'}: ${file}`);
    }
    buildMap();
  } catch (error) {
    if (!(error instanceof MissingLibtorch)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
