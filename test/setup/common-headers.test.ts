import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/core/index.js';

interface Headers {
  readonly ready: Promise<boolean>;
  compile(args: readonly string[]): Promise<void>;
  remove(): void;
}

type Compile = (args: readonly string[]) => Promise<void>;

const script = join(packageRoot(), 'scripts/native/common-headers.mjs');
const { commonHeaders } = (await import(pathToFileURL(script).href)) as {
  commonHeaders(options: {
    folder: string;
    flags: readonly string[];
    files: number;
    compiler: { version: string };
    compile: Compile;
  }): Headers;
};

const gcc = 'g++ (Debian 12.2.0-14) 12.2.0';

/** What a compiler is called with, for one file beside headers. */
async function called({
  version = gcc,
  files = 20,
  fails = (_: readonly string[]): boolean => false,
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'headers-'));
  const calls: string[] = [];
  const headers = commonHeaders({
    ...{ folder, files, flags: ['-O1'], compiler: { version } },
    compile: (args) => {
      calls.push(args.join(' ').replaceAll(folder, '').replaceAll(String(process.pid), 'PID'));
      return fails(args) ? Promise.reject(new Error('failed')) : Promise.resolve();
    },
  });
  const outcome = await headers.compile(['-c', 'bind.cpp']).then(
    () => 'compiled',
    (error: Error) => error.message,
  );
  headers.remove();
  return { folder, calls, outcome, left: readdirSync(folder) };
}

const parsed = '-O1 -x c++-header /common-PID/common.hpp -o /common-PID/common.hpp.gch';
const withHeaders = '-include /common-PID/common.hpp -c bind.cpp';

test('common headers: precompiled once, with the flags of the files, and removed', async () => {
  const { calls, outcome, left } = await called();
  assert.deepEqual(calls, [parsed, withHeaders]);
  assert.equal(outcome, 'compiled');
  assert.deepEqual(left, [], 'they take 300 MB');
});

test('common headers: not for a few files, and not with another compiler', async () => {
  for (const options of [
    { files: 3 },
    { version: 'Debian clang version 14.0.6' },
    { version: 'Apple clang version 15.0.0 (clang-1500.3.9.4)' },
  ])
    assert.deepEqual((await called(options)).calls, ['-c bind.cpp']);
});

test('common headers: a file that they break is compiled without them', async () => {
  const { calls, outcome } = await called({ fails: (args) => args.includes('-include') });
  assert.deepEqual(calls, [parsed, withHeaders, '-c bind.cpp']);
  assert.equal(outcome, 'compiled');
});

test('common headers: where they cannot be parsed, files are compiled without them', async () => {
  const { calls, outcome } = await called({ fails: (args) => args.includes('c++-header') });
  assert.deepEqual(calls, [parsed, '-c bind.cpp']);
  assert.equal(outcome, 'compiled');
});

test('common headers: a file that is wrong fails as it does without them', async () => {
  const { outcome } = await called({ fails: (args) => args.includes('bind.cpp') });
  assert.equal(outcome, 'failed');
});

test('common headers: what a killed build has left is removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headers-'));
  const [dead, alive] = ['common-4194999', `common-${process.ppid}`].map((name) =>
    join(folder, name),
  );
  for (const each of [dead, alive]) mkdirSync(each!);
  const options = { folder, flags: [], files: 20, compiler: { version: gcc } };
  await commonHeaders({ ...options, compile: () => Promise.resolve() }).ready;
  assert.ok(!existsSync(dead!) && existsSync(alive!));
});
