import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { program } from '../../src/cli/program.js';
import { UserError } from '../../src/core/index.js';
import { decodeImage } from '../../src/index.js';

// One process, in this order: first as a program that uses the library, then as the command line.

const plain = sharp({ create: { width: 4, height: 3, channels: 3, background: '#a05020' } });
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>');
/** The cache's limits, which are settings; what is in it is not. */
const limits = (): number[] => {
  const { memory, files, items } = sharp.cache();
  return [memory.max, files.max, items.max];
};
const before = limits();

const refused = (error: unknown): boolean =>
  error instanceof UserError && error.code === 'IMAGE_UNKNOWN';

test('the library leaves sharp to the program that uses it, and reads its own formats only', async () => {
  assert.equal((await sharp(svg).metadata()).width, 4);
  await assert.rejects(decodeImage(svg), refused);
  // What is read by first bytes changes nothing for the program either.
  assert.equal((await sharp(svg).metadata()).width, 4);
  assert.deepEqual(limits(), before);
});

test('on the command line sharp decodes nothing else', async () => {
  await assert.rejects(
    program().parseAsync(['report', 'no such run'], { from: 'user' }),
    UserError,
  );
  await assert.rejects(sharp(svg).metadata());
  for (const format of ['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const) {
    const { width, height } = await decodeImage(await plain.clone().toFormat(format).toBuffer());
    assert.deepEqual([width, height], [4, 3]);
  }
  assert.equal(sharp.concurrency(), 1);
});
