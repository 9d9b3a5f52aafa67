import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c, eventBytes, framed } from '../../../src/run/logs/tfevents.js';

test('CRC-32C has the values of RFC 3720, B.4', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
});

test('a scalar has the bytes of a TensorFlow event', () => {
  const event = eventBytes({ time: 1.5, step: 300, scalar: { tag: 'loss', value: 0.25 } });
  const expected = [
    ...[0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f], // 1: 1.5
    ...[0x10, 0xac, 0x02], // 2: 300
    ...[0x2a, 0x0d], // 5: 13 bytes
    ...[0x0a, 0x0b], // 1: 11 bytes
    ...[0x0a, 0x04, 0x6c, 0x6f, 0x73, 0x73], // 1: "loss"
    ...[0x15, 0, 0, 0x80, 0x3e], // 2: 0.25
  ];
  assert.deepEqual([...event], expected);
});

test('the first event of a file says its version, and a restart its first step', () => {
  assert.match(eventBytes({ time: 0, version: true }).toString('latin1'), /\x1a\rbrain\.Event:2$/);
  const restart = eventBytes({ time: 0, step: 4, restart: true });
  assert.deepEqual([...restart.subarray(9)], [0x10, 4, 0x3a, 2, 0x08, 1]);
});

test('a record has its length and two masked checksums', () => {
  const record = framed(Buffer.from('abc'));
  assert.equal(record.length, 8 + 4 + 3 + 4);
  assert.equal(record.readBigUInt64LE(0), 3n);
  assert.equal(record.toString('latin1', 12, 15), 'abc');
  const mask = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  assert.equal(record.readUInt32LE(15), mask(crc32c(Buffer.from('abc'))));
});
