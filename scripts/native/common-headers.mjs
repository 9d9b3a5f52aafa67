// libtorch's headers, parsed once for all wrappers: alone, each of twenty files parses the same quarter of a million lines.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What wrappers include, by way of `table.hpp`, `compat.hpp` and `fused.hpp`. */
const headers = [
  'ATen/ATen.h',
  'ATen/Parallel.h',
  'ATen/core/grad_mode.h',
  'torch/csrc/autograd/custom_function.h',
  'node_api.h',
];

/** Parsing them takes about as long as compiling three files without it. */
const worthwhile = 4;

/**
 * Precompiles the headers that most files share, with GCC. A file that fails with them is compiled without them.
 *
 * @param {{
 *   folder: string,
 *   flags: string[],
 *   files: number,
 *   compiler: {version: string},
 *   compile: (args: string[]) => Promise<void>,
 * }} options `folder`: where it may write; `flags`: those that all these files have; GCC 12 crashed where the level of optimisation
 *   was another; `files`: how many there are
 * @returns {{ready: Promise<boolean>, compile: (args: string[]) => Promise<void>, remove: () => void}} `ready`: whether there are any
 */
export function commonHeaders({ folder, flags, files, compiler, compile }) {
  const header = join(folder, `common-${process.pid}`, 'common.hpp');
  const parse = async () => {
    if (files < worthwhile || !isGcc(compiler.version)) return false;
    removeOrphans(folder);
    mkdirSync(dirname(header), { recursive: true });
    writeFileSync(header, headers.map((name) => `#include <${name}>\n`).join(''));
    return succeeds([...flags, '-x', 'c++-header', header, '-o', `${header}.gch`]);
  };
  const succeeds = (args) =>
    compile(args).then(
      () => true,
      () => false,
    );
  const ready = parse();
  return {
    ready,
    compile: async (args) => {
      if (!(await ready) || !(await succeeds(['-include', header, ...args]))) await compile(args);
    },
    remove: () => rmSync(dirname(header), { recursive: true, force: true }),
  };
}

/** What builds have left that were killed: 300 MB each. */
function removeOrphans(folder) {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^common-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** "g++ (Debian 12.2.0-14) 12.2.0", "c++ (GCC) 13.1.1": GCC. "Apple clang version 15.0.0", "Debian clang version 14.0.6": not. */
function isGcc(version) {
  return /^[\w.+-]*[gc]\+\+[\w.-]* \(/.test(version);
}
