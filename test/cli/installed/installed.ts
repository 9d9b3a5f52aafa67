import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { enginePackageName, packageRoot, packageVersion } from '../../../src/core/index.js';
import { chooseEngine } from '../../../src/tensor/index.js';

/** What a user has after `npm install safe-augment`: the program without its sources, and other packages beside it. */
export interface Installed {
  /** The project that it was installed in. */
  readonly folder: string;
  readonly program: string;
  /** Of the platform package, whether or not it is there. */
  readonly engine: string;
}

/** @param without packages that did not come along */
export function install(folder: string, without: readonly string[] = []): Installed {
  const root = packageRoot();
  const modules = join(folder, 'node_modules');
  const program = join(modules, 'safe-augment');
  for (const part of ['bin', 'dist/src', 'scripts/native', 'scripts/setup', 'native/src'])
    cpSync(join(root, part), join(program, part), { recursive: true });
  for (const part of ['package.json', 'weights'])
    symlinkSync(join(root, part), join(program, part));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.') && !without.includes(name))
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
  return { folder, program, engine: join(modules, enginePackageName()) };
}

/** Puts the engine of this clone where the platform package lies: it finds its libtorch wherever it is copied to. */
export function addEngine({ engine }: Installed, version = packageVersion()): void {
  const { file, stamp } = chooseEngine();
  mkdirSync(join(engine, 'lib'), { recursive: true });
  writeFileSync(join(engine, 'package.json'), JSON.stringify({ name: basename(engine), version }));
  copyFileSync(file, join(engine, 'lib/safe_augment.node'));
  writeFileSync(join(engine, 'lib/stamp.json'), JSON.stringify(stamp));
}
