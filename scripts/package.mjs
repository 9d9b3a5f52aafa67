// npm run package [-- --program | --engine] [--out DIR] [--collected DIR]
//   Writes safe-augment-X.tgz and safe-augment-engine-SYSTEM-X.tgz, the platform package with the prebuilt engine.
//   --program, --engine: only this one; --out: where to, default packages; --collected: the engine's lib/ and licences/ as
//   another tool has put them together, on systems whose libraries are not Debian's (docs/packaging.md)
import { mkdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';
import { SetupProblem } from './setup/problem.mjs';

/** Bytes that a package may have, compressed. */
const most = { program: 15e6, engine: 150e6 };

await main(async (args) => {
  const options = readOptions(args);
  await setUp({ install: false });
  const { packProgram } = await import('./package/program.mjs');
  const { packEngine } = await import('./package/engine.mjs');
  const out = resolve(options.out);
  mkdirSync(out, { recursive: true });
  if (!options.engine) report('program', await packProgram({ root, out }));
  if (!options.program)
    report('engine', await packEngine({ root, out, collected: options.collected }));
  return 0;
});

function readOptions(args) {
  try {
    return parseArgs({
      args,
      options: {
        program: { type: 'boolean' },
        engine: { type: 'boolean' },
        out: { type: 'string', default: join(root, 'packages') },
        collected: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new SetupProblem(error.message, 'See the head of scripts/package.mjs.');
  }
}

function report(kind, file) {
  const { size } = statSync(file);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  if (size > most[kind])
    throw new SetupProblem(
      `${file} has ${megabytes(size)} MB, more than the ${megabytes(most[kind])} a package may have.`,
    );
  console.log(`${relative(process.cwd(), file)}: ${megabytes(size)} MB`);
}
