import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import {
  availableDevices,
  engineInfo,
  getThreads,
  resolveDevice,
  setThreads,
} from '../../src/tensor/index.js';

test('threads are as set', () => {
  setThreads(1);
  assert.equal(getThreads(), 1);
  setThreads(2);
  assert.equal(engineInfo().threads, 2);
});

test('the CPU is always there, and auto takes the best', () => {
  const devices = availableDevices();
  assert.equal(devices.at(-1), 'cpu');
  assert.equal(resolveDevice('auto'), devices[0]);
  assert.equal(resolveDevice('cpu'), 'cpu');
});

test('an unknown or missing device is named, with a remedy', () => {
  const refused = (name: string, code: string) =>
    assert.throws(
      () => resolveDevice(name),
      (error: Error) =>
        error instanceof UserError && error.code === code && /got: +/.test(error.message),
    );
  refused('gpu', 'DEVICE_UNKNOWN');
  for (const name of ['cuda', 'mps'])
    if (!availableDevices().includes(name)) refused(name, 'DEVICE_MISSING');
});

test('the engine says what it is', () => {
  assert.match(engineInfo().libtorch, /^\d+\.\d+\.\d+/);
  assert.match(engineInfo().cpuCapability, /\w/);
});
