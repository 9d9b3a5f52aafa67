import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../src/core/index.js';

const root = packageRoot();

/** A folder for PATH with nothing but node and the given stand-ins. */
function pathWith(commands: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'path-'));
  symlinkSync(process.execPath, join(folder, 'node'));
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** Runs a script of the project where nothing of it can get as far as building. */
function script(name: string, path: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts', `${name}.mjs`)],
    { cwd: tmpdir(), env: { PATH: path, HOME: tmpdir(), ...env }, encoding: 'utf8' },
  );
  return { code: status, text: stdout + stderr };
}

function assertHelp(text: string): void {
  assert.match(text, /apt-get install -y g\+\+ libtorch-dev/);
  assert.match(text, /brew install pytorch/);
  assert.match(text, /pip install torch/);
  assert.doesNotMatch(text, /\n {4}at /, 'a stack trace');
}

describe('set-up that cannot go on', () => {
  test('names a missing compiler and the commands that bring it', () => {
    const { code, text } = script('build', pathWith({}));
    assert.equal(code, 2, text);
    assert.match(text, /Missing:\n[^]*a C\+\+ compiler/);
    assertHelp(text);
  });

  test('says when there is no apt-get to install with', () => {
    const { code, text } = script('demo', pathWith({}));
    assert.equal(code, 2, text);
    assert.match(text, /It cannot be installed automatically: this system has no apt-get/);
    assertHelp(text);
  });

  test('shows what apt said when apt fails', { skip: process.platform !== 'linux' }, () => {
    const env = 'while [ "${1#*=}" != "$1" ]; do shift; done\nexec "$@"';
    const path = pathWith({
      'apt-get': 'echo "E: the mirror is on holiday" >&2; exit 100',
      env,
      sudo: 'shift; exec "$@"',
      true: 'exit 0',
    });
    const { code, text } = script('test', path);
    assert.equal(code, 2, text);
    assert.match(text, /set-up: installing g\+\+/);
    assert.match(text, /set-up: updating the package lists/);
    assert.match(text, /apt failed:\n {2}\| E: the mirror is on holiday/);
    assertHelp(text);
  });

  test('says when LIBTORCH leads nowhere', () => {
    const { code, text } = script('build', process.env.PATH ?? '', { LIBTORCH: '/no/such/place' });
    assert.equal(code, 2, text);
    assert.match(text, /LIBTORCH=\/no\/such\/place/);
    assertHelp(text);
  });

  test('says when sudo would ask for a password', { skip: process.getuid?.() === 0 }, () => {
    const path = pathWith({ 'apt-get': 'exit 0', sudo: 'exit 1' });
    const { code, text } = script('demo', path);
    assert.equal(code, 2, text);
    assert.match(text, /this needs root, or a sudo that asks for no password/);
  });
});

test('bench lists the benchmarks when it is given none', () => {
  const { code, text } = script(
    'bench',
    [dirname(process.execPath), process.env.PATH].join(delimiter),
  );
  assert.equal(code, 2, text);
  assert.match(text, /NAME is one of: .*loader/);
});

test('the command line says how to build where nothing is built', () => {
  const clone = mkdtempSync(join(tmpdir(), 'clone-'));
  mkdirSync(join(clone, 'bin'));
  const bin = join(clone, 'bin', 'safe-augment.mjs');
  copyFileSync(join(root, 'bin', 'safe-augment.mjs'), bin);
  const { status, stderr } = spawnSync(process.execPath, [bin, 'learn', 'x'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /not built yet[^]*npm ci && npm run build/);
});

test('a copy of the whole folder stays built: no file is compiled anew', () => {
  const copy = mkdtempSync(join(tmpdir(), 'moved-'));
  for (const name of ['scripts', 'native'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const build = join(copy, 'scripts/native/build.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [build, '--beside'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^up to date: /, 'nothing is compiled or linked');
});
