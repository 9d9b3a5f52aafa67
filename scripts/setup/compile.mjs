import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BuildFailure, say } from './problem.mjs';
import { capture } from './shell.mjs';

const sourceFolders = ['src', 'test', 'bench'];

/** Compiles the TypeScript where a source has changed, and drops what has lost its source. */
export async function ensureCompiled(root) {
  const dist = join(root, 'dist');
  const stamp = join(dist, '.stamp');
  const sources = sourceFolders.flatMap((folder) => filesUnder(root, folder, '.ts'));
  const state = stateOf(root, [...sources, 'tsconfig.json', 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  say('compiling (tsc)');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const info = join(dist, '.tsbuildinfo');
  // Without its output the build information would make tsc believe that all is done.
  if (!existsSync(join(dist, 'src'))) rmSync(info, { force: true });
  const { code, output } = await capture(
    process.execPath,
    [tsc, '--project', root, '--incremental', '--tsBuildInfoFile', info, '--pretty', 'false'],
    { cwd: root },
  );
  if (code !== 0) throw new BuildFailure(`Compilation failed:\n${output.trimEnd()}`);
  dropOrphans(root, sources);
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, state);
}

/** Paths below a folder of the root, sorted. @returns {string[]} */
export function filesUnder(root, folder, ending) {
  const top = join(root, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(root, path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

function stateOf(root, files) {
  const sum = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = statSync(join(root, file));
    sum.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return sum.digest('hex');
}

/** A test whose source is gone would go on being run from its old output. */
function dropOrphans(root, sources) {
  const known = new Set(sources.map((file) => file.replace(/\.ts$/, '')));
  for (const folder of sourceFolders)
    for (const ending of ['.js', '.js.map', '.d.ts'])
      for (const file of filesUnder(join(root, 'dist'), folder, ending))
        if (!known.has(file.slice(0, -ending.length))) rmSync(join(root, 'dist', file));
}
