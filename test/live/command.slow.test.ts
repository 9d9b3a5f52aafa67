import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readEvents, readRunFile, trainingResultSchema } from '../../src/run/files/index.js';
import { needsChromium, startChromium, violationsOn, watchFor } from './chromium.js';
import { ask } from './requests.js';
import { cli } from '../cli/support/run-cli.js';
import { smallData } from '../cli/support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-live-'));
  smallData(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--batch', '16', '--workers', '1', '--threads', '1', '--seed', '3'];
const addressIn = (out: string): string | undefined => /^Live: (\S+)/m.exec(out)?.[1];

/** Runs a command, and does something with its page as soon as it is there. */
async function watched(args: readonly string[], visit: (address: string) => Promise<void>) {
  let visited: Promise<void> | undefined;
  const outcome = await cli(args, folder, (out) => {
    const address = addressIn(out);
    if (address !== undefined) visited ??= visit(address);
  });
  await visited;
  return outcome;
}

/** The page's text, once it contains what is waited for. */
async function textWith(address: string, pattern: RegExp): Promise<string> {
  for (;;) {
    const { body } = await ask(address);
    if (pattern.test(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('stopped from the page and resumed, a training ends with the numbers of one without it', async () => {
  const args = ['train', 'images', '--policy', 'all', '--epochs', '6', ...quick];
  const plain = await cli([...args, '--out', 'plain'], folder);
  assert.equal(plain.code, 0, plain.err);
  assert.doesNotMatch(plain.out, /Live:/);

  const first = await watched([...args, '--out', 'halves', '--live'], async (address) => {
    const body = await textWith(address, /over 2 epochs/);
    assert.match(body, /samples\/policy\.png/);
    assert.equal((await ask(`${address}samples/policy.png`)).status, 200);
    assert.equal((await ask(`${address}stop`, {}, 'POST')).status, 303);
  });
  assert.equal(first.code, 130, first.err);
  assert.match(first.err, /Stopping after this step and saving the state/);
  assert.match(first.err, /state saved\. Continue with: safe-augment train --resume --out halves/);

  const second = await watched(
    ['train', '--resume', '--out', 'halves', '--live'],
    // What earlier sittings told is there at once.
    async (address) => assert.match((await ask(address)).body, /over [2-5] epochs/),
  );
  assert.equal(second.code, 0, second.err);
  assert.doesNotMatch(second.err, /ignored/);
  const resultOf = (run: string) => ({
    ...readRunFile(join(folder, run), 'results', trainingResultSchema),
    seconds: 0,
  });
  assert.deepEqual(resultOf('halves'), resultOf('plain'));
  const table = (run: string) =>
    readFileSync(join(folder, run, 'results.csv'), 'utf8')
      .split('\r\n')
      .map((line) => line.split(',').filter((_cell, column) => column !== 2));
  assert.deepEqual(table('halves'), table('plain'));
});

test(
  'in Chromium: start, watch, stop with the button, and resume to the report',
  needsChromium,
  async () => {
    const browser = await startChromium();
    try {
      const learn = ['learn', 'images', '--out', 'seen', '--epochs', '3', ...quick];
      const first = await watched([...learn, '--live'], async (address) => {
        const page = await browser.newPage();
        await page.goto(address);
        await page.waitForSelector('polyline.curve', { timeout: 120_000 });
        await page.click('button');
        await page.waitForSelector('text=safe-augment learn --resume --out seen');
        assert.deepEqual(await violationsOn(page), []);
      });
      assert.equal(first.code, 130, first.err);
      const second = await watched(
        ['learn', '--resume', '--out', 'seen', '--live'],
        async (address) => {
          const page = await browser.newPage();
          // So few images are judged so fast that the page may leave for the report within a frame.
          const hasShown = await watchFor(page, 'decided so far');
          await page.goto(address);
          await page.waitForURL(/report\.html$/, { timeout: 240_000 });
          assert.ok(hasShown());
          await page.waitForSelector('h1:text("Safe augmentations for images")');
          assert.deepEqual(await violationsOn(page), []);
        },
      );
      assert.equal(second.code, 0, second.err);
      const told = readEvents(join(folder, 'seen'));
      assert.ok(told.filter(({ type }) => type === 'look').length > 0);
      assert.equal(told.filter(({ type }) => type === 'samples').length, 1);
    } finally {
      await browser.close();
    }
  },
);

test('the trainings of a comparison show in their own processes', async () => {
  const args = ['compare', 'images', '--out', 'arms', '--arms', 'none,standard', '--seeds', '1'];
  const { code, err } = await watched(
    [...args, '--epochs', '2', '--jobs', '2', '--live', ...quick],
    async (address) => {
      await textWith(address, /none@3.*standard@3/s);
      await textWith(address, /state training/);
      await textWith(address, /\d of 2<\/td>/);
    },
  );
  assert.equal(code, 0, err);
});

test('a port that is taken ends the command before anything starts; a wrong one is named', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const at = other.address();
  const port = typeof at === 'object' && at !== null ? `${at.port}` : '';
  const taken = await cli(
    ['train', 'images', '--policy', 'none', '--out', 'none', '--live', port],
    folder,
  );
  other.close();
  assert.equal(taken.code, 2);
  assert.match(
    taken.err,
    /where: +--live \d+\n.*expected:.*\n.*got:.*another program.*\n.*remedy:/s,
  );
  assert.throws(() => readFileSync(join(folder, 'none', 'config.json')), /ENOENT/);
  const swallowed = await cli(['train', '--live', 'images'], folder);
  assert.equal(swallowed.code, 2);
  assert.match(swallowed.err, /put the data before --live/);
});
