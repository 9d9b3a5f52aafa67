// A program of its own: loads the engine, computes with it, and prints what it found as one line of JSON. Where the engine
// ends the process, as a library for another processor may, only this process ends.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { UserError } from '../../core/index.js';
import {
  availableDevices,
  canJoinProcesses,
  defaultThreads,
  engineInfo,
  full,
  matmul,
  resolveDevice,
  resolvePrecision,
  scope,
  setThreads,
} from '../../tensor/index.js';
import type { EngineProbe } from './engine-probe-result.js';

/** Side of the matrices that are multiplied, and how often; the fastest counts. */
const side = 1024;
const rounds = 5;

/** Of a product of two 1024x1024 matrices in float32, 2 * 1024^3 operations, with one thread a core. */
function gigaflops(): number {
  return scope(() => {
    const x = full([side, side], 0.5);
    const seconds = Array.from({ length: rounds }, () => {
      const start = performance.now();
      scope(() => void matmul(x, x));
      return (performance.now() - start) / 1000;
    });
    return (2 * side ** 3) / Math.min(...seconds) / 1e9;
  });
}

/** The file of the BLAS that was loaded: which one a distribution's libtorch takes is a link's matter. */
function blasFile(): string | null {
  if (!existsSync('/proc/self/maps')) return null;
  const files = readFileSync('/proc/self/maps', 'utf8').matchAll(/\s(\/\S*\/libblas\.so\S*)$/gm);
  const [file] = [...files].map(([, path]) => realpathSync(path));
  return file ?? null;
}

function probe(): EngineProbe {
  try {
    const { origin, file, libtorch, root, blas, cpuCapability, cudaProblem } = engineInfo();
    setThreads(defaultThreads());
    const device = resolveDevice();
    return {
      found: true,
      ...{ origin, file, libtorch, root, blas, cpuCapability, cudaProblem },
      devices: availableDevices(),
      precision: resolvePrecision('auto', device),
      processes: canJoinProcesses(),
      blasFile: blasFile(),
      gigaflops: gigaflops(),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, summary, problem } = error;
    return { found: false, code, summary, ...problem };
  }
}

process.stdout.write(`${JSON.stringify(probe())}\n`);
