import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { requireMemory } from '../../src/run/machine.js';

const gigabyte = 2 ** 30;
const square = (side: number) => ({ width: side, height: side });
const cpu = { device: 'cpu' } as const;

test('images of which no step fits into memory are refused, with a size that fits', () => {
  assert.throws(
    () => requireMemory(cpu, square(6000), 4, 24 * gigabyte),
    (error) =>
      error instanceof UserError &&
      error.code === 'MEMORY_FULL' &&
      /6000x6000 px, 4 images a step[^]*at most 24 GB[^]*at least 67 GB[^]*--size 1152$/m.test(
        error.message,
      ),
  );
  assert.throws(
    () => requireMemory(cpu, square(2000), 64, 24 * gigabyte),
    /--size 288, or a smaller --batch/,
  );
});

test('what may fit is left to the allocation, and a card has its own memory', () => {
  requireMemory(cpu, square(1152), 4, 24 * gigabyte);
  requireMemory(cpu, square(224), 256, 24 * gigabyte);
  requireMemory({ device: 'cuda' }, square(6000), 4, 24 * gigabyte);
  requireMemory(cpu, square(64), 4);
});
