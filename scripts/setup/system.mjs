import { existsSync, readdirSync } from 'node:fs';
import { findAllLibtorch, MissingLibtorch, missingLibtorchHelp } from '../native/find-libtorch.mjs';
import { SetupProblem, say } from './problem.mjs';
import { capture, lastLines, onPath } from './shell.mjs';

const lists = '/var/lib/apt/lists';

/**
 * Sees to a compiler and a libtorch: takes those that are there, else installs the system's by apt.
 *
 * @param {{install: boolean}} options `install` false: only look
 * @returns {Promise<import('../native/find-libtorch.mjs').Libtorch>}
 * @throws {SetupProblem} with what is missing and the commands that bring it
 */
export async function ensureSystem({ install }) {
  const found = firstLibtorch();
  const wanted = missingPackages(found);
  if (wanted.length === 0) return found;
  const required = wanted.filter((each) => each.required);
  const names = wanted.map((each) => each.package);
  const asRoot = install ? await rootCommand() : undefined;
  const hindrance = !install
    ? undefined
    : process.platform !== 'linux' || !onPath('apt-get')
      ? 'this system has no apt-get'
      : asRoot === undefined
        ? 'this requires root or passwordless sudo'
        : undefined;
  if (!install || hindrance !== undefined) {
    if (required.length === 0) return found;
    throw missing(required, hindrance);
  }
  say(`installing ${names.join(' ')} with apt (a few minutes, about 1.2 GB of disk)`);
  const failure = await aptInstall(asRoot, names);
  if (failure === undefined) {
    const now = firstLibtorch();
    const still = missingPackages(now).filter((each) => each.required);
    if (still.length > 0)
      throw missing(still, 'apt installed the packages, but they cannot be found');
    return now;
  }
  if (required.length === 0) return found;
  throw missing(required, `apt failed:\n${lastLines(failure, 4)}`);
}

function firstLibtorch() {
  try {
    return findAllLibtorch()[0];
  } catch (error) {
    if (error instanceof MissingLibtorch) throw new SetupProblem(error.message);
    throw error;
  }
}

function missingPackages(libtorch) {
  const wanted = [];
  const compilers = process.env.CXX ? [process.env.CXX] : ['g++', 'clang++', 'c++'];
  if (!compilers.some((name) => (name.includes('/') ? existsSync(name) : onPath(name))))
    wanted.push({
      package: 'g++',
      what: `a C++ compiler (${compilers.join(', ')})`,
      required: true,
    });
  if (libtorch === undefined)
    wanted.push({
      package: 'libtorch-dev',
      what: "libtorch, PyTorch's C++ library, 1.13 or newer",
      required: true,
    });
  // The system's libtorch multiplies matrices with whatever BLAS there is; Debian's default is slow.
  const slowBlas = libtorch?.warnings.some((line) => line.includes('libopenblas0-openmp'));
  if (libtorch === undefined || slowBlas)
    wanted.push({ package: 'libopenblas0-openmp', what: 'a fast BLAS', required: false });
  return wanted;
}

function missing(required, hindrance) {
  const what = required.map((each) => `  - ${each.what}`).join('\n');
  const why = hindrance === undefined ? '' : `\nIt cannot be installed automatically: ${hindrance}`;
  return new SetupProblem(`Missing:\n${what}${why}`, missingLibtorchHelp());
}

/** [] for root, ['sudo', '-n'] where sudo asks nothing, undefined without rights. */
async function rootCommand() {
  if (process.getuid?.() === 0) return [];
  if (!onPath('sudo')) return undefined;
  const { code } = await capture('sudo', ['-n', 'true']);
  return code === 0 ? ['sudo', '-n'] : undefined;
}

/** @returns {Promise<string|undefined>} apt's output where it failed */
async function aptInstall(asRoot, packages) {
  const apt = (...args) => {
    const [command, ...rest] = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      ...args,
    ];
    return capture(command, rest);
  };
  const install = () => apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  const fresh =
    existsSync(lists) &&
    readdirSync(lists).some((name) => name.endsWith('_Packages') || name.includes('_Packages.'));
  if (fresh && (await install()).code === 0) return undefined;
  say('updating the package lists (apt-get update)');
  const update = await apt('update', '-q');
  const second = await install();
  if (second.code === 0) return undefined;
  return update.code === 0 ? second.output : `${update.output}\n${second.output}`;
}
