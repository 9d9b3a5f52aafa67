import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRegularFile } from '../../src/core/index.js';

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
    assert.throws(() => readRegularFile(folder), /a folder, no file/);
    assert.throws(() => readRegularFile(join(folder, 'none')), /ENOENT/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
