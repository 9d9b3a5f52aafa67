// safe-augment-engine-SYSTEM-X.tgz: the addons, libtorch and all that they need, in one folder.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildMap } from '../native/build-map.mjs';
import { buildNative } from '../native/build.mjs';
import { findAllLibtorch } from '../native/find-libtorch.mjs';
import { SetupProblem } from '../setup/problem.mjs';
import { collectLibraries, oldestGlibc } from './libraries.mjs';
import { collectLicences } from './licences.mjs';
import { npmPack } from './npm-pack.mjs';

/**
 * Builds the engine where needed and packs it.
 *
 * @param {{root: string, out: string, collected?: string}} options `collected`: lib/ and licences/ as another tool has put
 *   them together; default: from Debian's libraries
 * @returns {Promise<string>} the package's file
 */
export async function packEngine({ root, out, collected }) {
  const stage = mkdtempSync(join(tmpdir(), 'safe-augment-engine-'));
  try {
    const { addon, stamp } = await builtEngine(collected);
    const lib = join(stage, 'lib');
    if (collected === undefined) {
      mkdirSync(lib);
      const libraries = collectLibraries(addon, lib);
      copyFileSync(buildMap(), join(lib, 'file_map.node'));
      const licence = join(root, 'LICENSE');
      collectLicences({ libraries, folder: join(stage, 'licences'), licence });
    } else {
      requireCollected(collected);
      for (const part of ['lib', 'licences'])
        cpSync(join(collected, part), join(stage, part), { recursive: true, dereference: true });
    }
    const files = readdirSync(lib).map((name) => join(lib, name));
    const glibc = process.platform === 'linux' ? { glibc: oldestGlibc(files) } : {};
    writeFileSync(join(lib, 'stamp.json'), json({ ...stamp, ...glibc }));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { enginePackageName } = await import('../../dist/src/core/index.js');
    const facts = engineFacts(enginePackageName(), version, stamp.version);
    writeFileSync(join(stage, 'package.json'), json(facts));
    writeFileSync(join(stage, 'README.md'), readme(facts, stamp.version));
    return await npmPack(stage, out);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** The addon to pack, and what is to be known of it: on Linux always the one for Debian's libtorch. */
async function builtEngine(collected) {
  const env = { ...process.env, SAFE_AUGMENT_TORCH: '', LIBTORCH: '' };
  const all = findAllLibtorch(collected === undefined ? env : process.env);
  const libtorch = collected === undefined ? all.find(({ source }) => source === 'system') : all[0];
  if (libtorch === undefined)
    throw new SetupProblem(
      "Missing: Debian's libtorch, which the engine is packed with.",
      'Debian 12:  sudo apt-get install -y libtorch-dev libopenblas0-openmp',
    );
  const [slow] = libtorch.warnings;
  if (slow !== undefined) throw new SetupProblem(`This engine would be slow: ${slow}`);
  const { file } = await buildNative({ libtorch, current: false });
  const built = JSON.parse(readFileSync(join(dirname(file), 'stamp.json'), 'utf8'));
  const { tag, version, source, hasMps } = built;
  return { addon: file, stamp: { tag, version, source, cudaLibrary: '', hasMps } };
}

function requireCollected(folder) {
  for (const file of ['lib/safe_augment.node', 'lib/file_map.node', 'licences/README.md'])
    if (!existsSync(join(folder, file)))
      throw new SetupProblem(`${folder} has no ${file}.`, 'docs/packaging.md says what it holds.');
}

/** The platform package's package.json. */
export function engineFacts(name, version, libtorch) {
  const { platform, arch } = process;
  return {
    name,
    version,
    description: `The engine of safe-augment for ${platform} on ${arch}: libtorch ${libtorch} and its addon`,
    license: 'SEE LICENSE IN licences/README.md',
    os: [platform],
    cpu: [arch],
    ...(platform === 'linux' ? { libc: ['glibc'] } : {}),
    files: ['lib', 'licences'],
    // Libraries are loaded from a folder, never from an archive.
    preferUnplugged: true,
  };
}

function readme({ name, description }, libtorch) {
  return [
    `# ${name}`,
    '',
    `${description}.`,
    '',
    'It comes with `npm install safe-augment` and is of no use alone. An engine of your own, such as one for a libtorch with CUDA, is',
    `preferred to this one (libtorch ${libtorch}, for the processor); docs/packaging.md of safe-augment says how to build it. Licences: \`licences/\`.`,
    '',
  ].join('\n');
}
