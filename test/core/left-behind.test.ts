import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLeftBehind, ownMark, sweepTemporary, writeAtomic } from '../../src/core/index.js';

/** A process that has ended. */
const dead = spawnSync(process.execPath, ['--version']).pid;
const markOf = (pid: number): string => ownMark().replace(/^\d+/, String(pid));

test('what a process of this machine made is left behind once it has ended', () => {
  assert.ok(isLeftBehind(`.unpacking-${markOf(dead)}-aB3dEf`));
  assert.ok(isLeftBehind(`${markOf(dead)}-0-1700000000000.tmp`));
  assert.ok(!isLeftBehind(`${ownMark()}-0-1700000000000.tmp`));
  assert.ok(!isLeftBehind(`${dead}-00000000-0-1700000000000.tmp`), 'another machine');
  for (const name of ['', '.tmp', 'notes', `${dead}.tmp`]) assert.ok(!isLeftBehind(name), name);
});

test('half-written files of dead processes are swept, those of others are not', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const names = ['a.json', `a.json.${process.pid}.tmp`, `b.json.${dead}.tmp`, 'c.tmp'];
  for (const name of names) writeFileSync(join(folder, name), '');
  sweepTemporary(folder);
  sweepTemporary(join(folder, 'nowhere'));
  assert.deepEqual(readdirSync(folder).sort(), names.filter((_, i) => i !== 2).sort());
});

test('writing a file removes what a dead process left of it, and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'halves-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const names = [`a.json.${process.ppid}.tmp`, `a.json.${dead}.tmp`, `b.json.${dead}.tmp`, 'a.tmp'];
  for (const name of names) writeFileSync(join(folder, name), '');
  writeAtomic(join(folder, 'a.json'), '1');
  writeAtomic(join(folder, 'c.json'), '1');
  const left = names.filter((_, i) => i !== 1);
  assert.deepEqual(readdirSync(folder).sort(), [...left, 'a.json', 'c.json'].sort());
  writeAtomic(join(folder, 'b.json'), '1');
  assert.ok(!readdirSync(folder).includes(names[2]));
});
