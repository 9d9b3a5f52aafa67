import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRegularFile, readStart } from '../../src/core/index.js';

test('a file is read; a folder, a pipe and a device are refused at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  try {
    writeFileSync(join(folder, 'file'), 'text');
    assert.equal(readRegularFile(join(folder, 'file')).toString(), 'text');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    assert.throws(() => readRegularFile(join(folder, 'pipe')), /a pipe or a device, no file/);
    assert.throws(() => readRegularFile('/dev/zero'), /a pipe or a device, no file/);
    // It calls itself an empty file, and waits for ever.
    if (existsSync('/proc/kmsg')) assert.equal(readRegularFile('/proc/kmsg').length, 0);
    if (existsSync('/proc/kmsg')) assert.equal(readStart('/proc/kmsg', 8).length, 0);
    assert.equal(readStart(join(folder, 'file'), 2).toString(), 'te');
    assert.equal(readStart(join(folder, 'file'), 8).toString(), 'text');
    for (const path of [join(folder, 'pipe'), '/dev/zero', folder])
      assert.equal(readStart(path, 8).length, 0, path);
    assert.throws(() => readStart(join(folder, 'none'), 8), /ENOENT/);
    assert.throws(() => readRegularFile(folder), /a folder, no file/);
    assert.throws(() => readRegularFile(join(folder, 'none')), /ENOENT/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
