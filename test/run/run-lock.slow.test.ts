import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../src/core/index.js';
import { thisProcess, type Holder } from '../../src/run/lock/holder.js';
import { lockFile, RunLock } from '../../src/run/lock/run-lock.js';

const module = fileURLToPath(new URL('../../src/run/lock/run-lock.js', import.meta.url));

let folder: string;
let path: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, lockFile);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const refused = (): UserError => {
  try {
    RunLock.take(folder).release();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, 'RUN_IN_USE');
    return error;
  }
  return assert.fail('the lock was given twice');
};
/** A lock of another process. */
const held = (by: Partial<Holder>, secondsAgo = 0): void => {
  writeFileSync(path, JSON.stringify({ ...thisProcess('theirs'), ...by }));
  const time = new Date(Date.now() - 1000 * secondsAgo);
  utimesSync(path, time, time);
};
/** The lock is to be had, and nothing is left of it afterwards. */
const free = (): void => {
  RunLock.take(folder).release();
  assert.deepEqual(readdirSync(folder), []);
};

test('one process at a time; the others are told which', () => {
  const lock = RunLock.take(folder);
  const { message } = refused();
  assert.match(message, /Another process is using this run folder/);
  assert.match(message, new RegExp(`process ${process.pid} on .* since .*: safe-augment`));
  assert.match(message, new RegExp(`kill -INT ${process.pid}.*--resume.*--out`));
  lock.release();
  lock.release();
  free();
});

test('a lock whose process has died is taken over', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  held({ pid, began: '' });
  free();
});

test('another process with the number of one that has died does not count', () => {
  held({ began: 'before the last start 17' });
  free();
});

test('a process on another host counts as long as it gives signs', () => {
  held({ place: 'node7', host: 'node7', pid: 17 });
  const { message } = refused();
  assert.match(message, /process 17 on node7 .*last seen \d+ s ago/);
  assert.match(message, /becomes free 120 s after it was last seen/);
  held({ place: 'node7' }, 121);
  free();
});

test('a lock that is not written whole counts for a while', () => {
  writeFileSync(path, '{"pid": 1');
  assert.match(refused().message, /being written/);
  const old = new Date(Date.now() - 121_000);
  utimesSync(path, old, old);
  free();
});

test('the lock shows that its holder is alive', async () => {
  const lock = RunLock.take(folder, 0.05);
  const old = new Date(Date.now() - 100_000);
  const text = readFileSync(path, 'utf8');
  for (let i = 0; i < 100; i++) {
    if (i === 0) utimesSync(path, old, old);
    await sleep(50);
    if (statSync(path).mtimeMs > old.getTime() + 50_000) break;
  }
  assert.ok(statSync(path).mtimeMs > old.getTime() + 50_000);
  assert.equal(readFileSync(path, 'utf8'), text);
  // What has become another's is neither written nor removed.
  held({ place: 'node7' }, 100);
  await sleep(300);
  assert.ok(statSync(path).mtimeMs < old.getTime() + 50_000);
  lock.release();
  assert.ok(existsSync(path));
  rmSync(path);
});

test('of many that find a dead one, one gets it; its end sets it free', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  held({ pid, began: '' });
  const program = `
    const { RunLock } = await import(${JSON.stringify(module)});
    const at = Number(process.argv[1]);
    while (Date.now() < at);
    try {
      RunLock.take(process.argv[2]);
      console.log('got it');
      setTimeout(() => process.exit(), 1500);
    } catch (error) {
      console.log(error.code);
    }`;
  const at = String(Date.now() + 1500);
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => {
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', program, '--', at, folder],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let out = '';
      child.stdout.on('data', (text: Buffer) => (out += text.toString()));
      return new Promise<string>((resolve) => child.on('close', () => resolve(out.trim())));
    }),
  );
  assert.deepEqual(answers.sort(), [...new Array<string>(5).fill('RUN_IN_USE'), 'got it']);
  free();
});

test('a dead lock is left to the process that is removing it, unless that one has died too', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  held({ pid, began: '' });
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  const ticket = `${path}.${hash.slice(0, 16)}`;
  writeFileSync(ticket, JSON.stringify(thisProcess('remover')));
  refused();
  assert.ok(existsSync(path));
  writeFileSync(ticket, JSON.stringify({ ...thisProcess('remover'), pid, began: '' }));
  free();
});
