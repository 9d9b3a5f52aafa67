import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, normalize } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { enginePackageName, packageRoot, prebuiltSystems } from '../../src/core/index.js';

const root = packageRoot();
const script = (name: string): string => pathToFileURL(join(root, 'scripts/package', name)).href;

interface Facts {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly scripts?: Record<string, string>;
}
const facts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Facts;

describe('the program’s package', () => {
  let files: string[];
  before(async () => {
    const { packedFiles } = (await import(script('npm-pack.mjs'))) as {
      packedFiles(folder: string): Promise<string[]>;
    };
    files = await packedFiles(root);
  });

  test('has what runs, the weights and what builds an engine', () => {
    for (const file of [
      'bin/safe-augment.mjs',
      'dist/src/cli/main.js',
      'dist/src/index.d.ts',
      'dist/src/commands/doctor/engine-probe.js',
      'dist/src/augment/wasm/module-bytes.js',
      'weights/efficientnet-lite0.safetensors',
      'weights/README.md',
      'native/src/addon.cpp',
      'native/map/file_map.cpp',
      'scripts/native/build.mjs',
      'README.md',
      'LICENSE',
    ])
      assert.ok(files.includes(file), file);
  });

  test('has no demo images, builds, sources, tests or maps', () => {
    const unwanted = files.filter((file) =>
      /^(examples|native\/build|src|test|bench|docs|dist\/(test|bench))\/|\.map$|\.py$/.test(file),
    );
    assert.deepEqual(unwanted, []);
  });

  test('has every file that its scripts import', () => {
    const scripts = files.filter((file) => file.endsWith('.mjs'));
    assert.ok(scripts.length > 4);
    for (const file of scripts)
      for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)'/g)) {
        const imported = normalize(join(dirname(file), path));
        assert.ok(files.includes(imported), `${file} imports ${imported}`);
      }
  });

  test('names the engines of exactly its version, which a clone does not', async () => {
    const { publishedFacts } = (await import(script('program.mjs'))) as {
      publishedFacts(facts: Facts, engines: string[]): string;
    };
    const names = prebuiltSystems.map((system) => enginePackageName(system));
    const published = JSON.parse(publishedFacts(facts, names)) as Facts;
    assert.deepEqual(published.optionalDependencies, {
      'safe-augment-engine-linux-x64': facts.version,
    });
    assert.deepEqual(published.dependencies, facts.dependencies);
    assert.equal(published.devDependencies ?? published.scripts, undefined);
    assert.equal(facts.optionalDependencies, undefined, '`npm ci` would ask the registry for it');
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    assert.doesNotMatch(lock, /safe-augment-engine|"resolved"/);
  });
});

test('the platform package is for this system alone', async () => {
  const { engineFacts } = (await import(script('engine.mjs'))) as {
    engineFacts(name: string, version: string, libtorch: string): Record<string, unknown>;
  };
  const { os, cpu, libc, files, license } = engineFacts('engine', '1.2.3', '1.13.0');
  assert.deepEqual([os, cpu], [[process.platform], [process.arch]]);
  assert.deepEqual(libc, process.platform === 'linux' ? ['glibc'] : undefined);
  assert.deepEqual(files, ['lib', 'licences']);
  assert.match(String(license), /licences\/README\.md/);
});

const onPath = (tool: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
const tools = ['cc', 'ldd', 'nm', 'strip', 'patchelf'];
const skip = tools.every(onPath) ? false : `needs ${tools.join(', ')}`;

describe('libraries of an engine', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'libraries-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const library = (name: string, code: string, ...needs: string[]): string => {
    const file = join(folder, `lib${name}.so`);
    writeFileSync(join(folder, `${name}.c`), code);
    const link = needs.flatMap((each) => [`-l${each}`]);
    const paths = [`-L${folder}`, `-Wl,-rpath,${folder}`, `-Wl,-soname,lib${name}.so`];
    const args = ['-shared', '-fPIC', join(folder, `${name}.c`), '-o', file];
    execFileSync('cc', [...args, ...paths, '-Wl,--no-as-needed', ...link]);
    return file;
  };
  const collect = async (addon: string, name: string): Promise<string> => {
    const { collectLibraries } = (await import(script('libraries.mjs'))) as {
      collectLibraries(addon: string, folder: string): string[];
    };
    mkdirSync(join(folder, name));
    return collectLibraries(addon, join(folder, name)).join(' ');
  };

  test('are those that it uses, and theirs; the copy runs without the originals', async () => {
    const [deep, unused, middle] = [
      library('deep', 'int deep(void) { return 40; }'),
      library('unused', 'int unused(void) { return 1; }'),
      library('middle', 'int deep(void); int middle(void) { return deep() + 2; }', 'deep'),
    ];
    const code = 'int middle(void); int answer(void) { return middle(); }';
    const addon = library('addon', code, 'unused', 'middle');
    assert.equal(await collect(addon, 'whole'), [middle, deep].join(' '));
    for (const file of [deep, unused, middle]) rmSync(file);
    const main = join(folder, 'main');
    writeFileSync(`${main}.c`, 'int answer(void); int main(void) { return answer(); }');
    const at = join(folder, 'whole');
    execFileSync('cc', [`${main}.c`, '-o', main, join(at, 'libaddon.so'), `-Wl,-rpath,${at}`]);
    assert.throws(() => execFileSync(main), { status: 42 });
  });

  test('must have every symbol', async () => {
    const addon = library('lost', 'int nowhere(void); int lost(void) { return nowhere(); }');
    await assert.rejects(
      collect(addon, 'torn'),
      /cannot stand alone:[^]*undefined symbol: nowhere/,
    );
  });
});
