// Brings a fresh clone to where it can run: system packages, npm packages, the engine, TypeScript.
// Every step is done only when needed and says so in one line. Plain Node: nothing is installed yet.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingLibtorch } from './native/find-libtorch.mjs';
import { ensureCompiled } from './setup/compile.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { BuildFailure, SetupProblem } from './setup/problem.mjs';
import { ensureSystem } from './setup/system.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Does what is missing. @param {{install?: boolean}} [options] `install` false: no system packages
 */
export async function setUp({ install = true } = {}) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20)
    throw new SetupProblem(
      `Node ${process.versions.node} is too old; version 20 or newer is required.`,
      'Get it from https://nodejs.org or with your package manager.',
    );
  const libtorch = await ensureSystem({ install });
  await ensurePackages(root);
  const { buildNative } = await import('./native/build.mjs');
  await buildNative({ libtorch });
  const { buildMap } = await import('./native/build-map.mjs');
  buildMap();
  await ensureCompiled(root);
}

/** Runs a script's work and turns how it ends into the exit code: 0, 1 internal, 2 the user's to mend. */
export async function main(work) {
  try {
    process.exitCode = await work(process.argv.slice(2));
  } catch (error) {
    if (error instanceof SetupProblem || error instanceof MissingLibtorch) {
      console.error(`\n${error.message}`);
      process.exitCode = 2;
    } else if (error instanceof BuildFailure) {
      console.error(`\n${error.message}`);
      process.exitCode = 1;
    } else throw error;
  }
}
