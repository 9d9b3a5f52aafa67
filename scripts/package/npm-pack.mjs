// What both packages need of npm.
import { basename, join } from 'node:path';
import { lastLines, capture } from '../setup/shell.mjs';
import { SetupProblem } from '../setup/problem.mjs';

/**
 * Packs a folder with its own package.json.
 *
 * @returns {Promise<string>} the file
 */
export async function npmPack(folder, out) {
  const [{ filename }] = await npmPackJson(folder, ['--pack-destination', out]);
  return join(out, basename(filename));
}

/** The files that npm would pack of a folder, as paths below it. @returns {Promise<string[]>} */
export async function packedFiles(folder) {
  const [{ files }] = await npmPackJson(folder, ['--dry-run']);
  return files.map(({ path }) => path).sort();
}

async function npmPackJson(folder, options) {
  const { code, output } = await capture(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', ...options],
    { cwd: folder },
  );
  if (code !== 0) throw new SetupProblem(`npm cannot pack ${folder}:\n${lastLines(output)}`);
  // A list of packages, or an object of them by name, as the version of npm has it.
  return Object.values(JSON.parse(output.slice(output.search(/^[[{]/m))));
}
