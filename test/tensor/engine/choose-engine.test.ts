import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { enginePackageName, UserError, type EnginePackage } from '../../../src/core/index.js';
import {
  builtEngines,
  chooseEngine,
  glibcVersion,
  installCommand,
  mendPackageCommand,
  type EnginePlaces,
} from '../../../src/tensor/index.js';

const top = realpathSync(mkdtempSync(join(tmpdir(), 'engines-')));
after(() => rmSync(top, { recursive: true, force: true }));

function write(path: string, value: object): void {
  mkdirSync(join(top, path, '..'), { recursive: true });
  writeFileSync(join(top, path), JSON.stringify(value));
}
function folder(path: string): string {
  mkdirSync(join(top, path), { recursive: true });
  return join(top, path);
}
const stamp = (tag: string, root: string) => ({
  ...{ tag, version: '2.0.0', source: 'LIBTORCH', root, cudaLibrary: '', hasMps: false },
});

/** A package in which engines for two libtorchs were built, that for `first` last. */
const built = folder('built');
const [first, second, third] = ['first', 'second', 'third'].map((name) => folder(`torch/${name}`));
write('built/native/build/a/stamp.json', stamp('a', first));
write('built/native/build/b/stamp.json', stamp('b', second));
write('built/native/build/current.json', { tag: 'a' });
const bare = folder('bare');

/** The platform package, of the version 1.2.3. */
const installed: EnginePackage = {
  name: enginePackageName(),
  version: '1.2.3',
  folder: folder('engine/lib'),
};
write('engine/lib/stamp.json', { ...stamp('c', ''), version: '1.13.0', source: 'system' });

const choose = (places: EnginePlaces) =>
  chooseEngine({ env: {}, installed, version: '1.2.3', ...places });
const refusal = (places: EnginePlaces): UserError => {
  try {
    choose(places);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return assert.fail('an engine was found');
};

test('an engine of one’s own wins: by variable, then the one built last, then the platform package', () => {
  const both = { SAFE_AUGMENT_TORCH: second, LIBTORCH: first };
  const own = choose({ root: built, env: both });
  assert.deepEqual([own.origin, own.stamp.tag], ['SAFE_AUGMENT_TORCH', 'b']);
  assert.equal(own.file, join(built, 'native/build/b/safe_augment.node'));
  const general = choose({ root: built, env: { LIBTORCH: second } });
  assert.deepEqual([general.origin, general.stamp.tag], ['LIBTORCH', 'b']);
  const last = choose({ root: built });
  assert.deepEqual([last.origin, last.stamp.tag], ['built here', 'a']);
  const packed = choose({ root: bare });
  assert.deepEqual([packed.origin, packed.stamp.version], ['package', '1.13.0']);
  assert.equal(packed.file, join(installed.folder, 'safe_augment.node'));
  assert.equal(packed.stamp.root, installed.folder, 'where libtorch lies now');
});

test('a libtorch without an engine is an error, never another libtorch', () => {
  const { code, problem } = refusal({ root: built, env: { SAFE_AUGMENT_TORCH: third } });
  assert.equal(code, 'ENGINE_MISSING');
  assert.equal(problem.where, `SAFE_AUGMENT_TORCH=${third}`);
  assert.equal(problem.got, `engines for ${first}, ${second}`);
  assert.match(problem.remedy ?? '', /^SAFE_AUGMENT_TORCH=\S+third node \S+build\.mjs/);
  const nowhere = refusal({ root: bare, env: { LIBTORCH: join(top, 'no-such') } });
  assert.match(
    nowhere.message,
    /where: +LIBTORCH=.*no-such\n[^]*got: +a folder that does not exist/,
  );
});

test('without any engine, the error names the package, what was found and the command', () => {
  const inClone = folder('clone/src');
  const { code, problem } = refusal({ root: bare, installed: null });
  assert.equal(code, 'ENGINE_MISSING');
  assert.equal(problem.where, bare);
  assert.match(problem.expected ?? '', new RegExp(`the package ${installed.name}, or`));
  const prebuilt = process.platform === 'linux' && process.arch === 'x64';
  const install = `npm install ${installed.name}@1.2.3`;
  if (prebuilt) assert.equal(problem.remedy, install);
  else assert.match(problem.remedy ?? '', /node .*build\.mjs/);
  const clone = refusal({ root: join(inClone, '..'), installed: null });
  assert.match(clone.problem.remedy ?? '', /^node .*scripts\/native\/build\.mjs$/);
});

test('a platform package of another version is refused, unless an engine was built here', () => {
  const old = { ...installed, version: '1.0.0' };
  const { code, message } = refusal({ root: bare, installed: old });
  assert.equal(code, 'ENGINE_VERSION');
  assert.match(message, /expected: +\S+ 1\.2\.3, as safe-augment\n +got: +\S+ 1\.0\.0\n/);
  assert.match(message, /npm install safe-augment@1\.2\.3 \S+@1\.2\.3/);
  assert.equal(choose({ root: built, installed: old }).origin, 'built here');
});

test('built engines are listed with the folders of their libtorch', () => {
  assert.deepEqual(
    builtEngines(built).map((each) => each.stamp.root),
    [first, second],
  );
  assert.deepEqual(builtEngines(bare), []);
});

test('an engine that a system is too old for is not to be installed again', () => {
  const file = join(top, 'engine/lib/safe_augment.node');
  assert.match(
    mendPackageCommand(file, '2.0'),
    /^rm -r \S+engine && npm install safe-augment-engine/,
  );
  assert.match(mendPackageCommand(file, undefined), /^rm -r /);
  const younger = mendPackageCommand(file, '99.0');
  if (glibcVersion() !== undefined) assert.match(younger, /newer system, or build .*build\.mjs/);
});

test('packages are to be installed in the project that this one belongs to', () => {
  const here = join(process.cwd(), 'node_modules/safe-augment');
  assert.equal(installCommand('x@1', here), 'npm install x@1');
  const above = join(process.cwd(), '../node_modules/other/node_modules/safe-augment');
  assert.equal(installCommand('x@1', above), 'npm install x@1');
  const elsewhere = '/some project/node_modules/.pnpm/s@1/node_modules/safe-augment';
  assert.equal(installCommand('x@1', elsewhere), "npm install --prefix '/some project' x@1");
  const forAll = '/usr/lib/node_modules/safe-augment';
  assert.equal(installCommand('x@1', forAll), 'npm install -g x@1');
  assert.equal(installCommand('x@1', '/a/clone'), 'npm install x@1');
});
