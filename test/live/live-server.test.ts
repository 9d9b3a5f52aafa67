import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { openLive } from '../../src/live/index.js';
import { ask, listen, until } from './requests.js';
import { epoch, told, toldRun, type ToldRun } from './told-run.js';

let run: ToldRun;
let address: string;
let origin: string;
before(async () => {
  run = await toldRun();
  ({ address } = run.page);
  origin = new URL(address).origin;
  for (const event of told) run.tell(event);
  // It is told by another thread.
  while (!(await ask(address)).body.includes('after 2 looks'));
});
after(() => run.page.close({ kind: 'failed', message: 'the test is over' }));

test('a page opened late shows everything so far, with names kept harmless', async () => {
  const { status, body } = await ask(address);
  assert.equal(status, 200);
  assert.match(body, /<h1>Learning from &lt;photos&gt;<\/h1>/);
  assert.match(body, /<h2>Judging<\/h2>/);
  assert.match(body, /polyline class="curve training"/);
  assert.match(body, /&lt;Blur&gt;/);
  assert.match(body, /2 of 2 decided so far, after 2 looks/);
  // The interval of the first look stays behind that of the second.
  assert.equal(body.match(/class="earlier"/g)?.length, 2);
  assert.match(body, /few &lt;b&gt;images/);
  assert.match(body, /of the budget of 10 min/);
  assert.doesNotMatch(body, /<photos>|<Blur>|<b>/);
});

test('nothing comes from elsewhere, and no other page may frame it', async () => {
  const { headers, body } = await ask(address);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|http/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cache-control'], 'no-store');
  assert.doesNotMatch(body, /(src|href)="(https?:)?\/\//);
});

test('who does not know the token gets nothing', async () => {
  for (const path of ['/', '/favicon.ico', '/x/', '/x/events', `/${'A'.repeat(22)}/stop`])
    assert.equal((await ask(`${origin}${path}`)).status, 403, path);
  const { pathname } = new URL(address);
  const wrong = pathname.slice(0, -2) + (pathname.at(-2) === 'A' ? 'B' : 'A');
  assert.equal((await ask(`${origin}${wrong}/`)).status, 403);
  assert.equal((await ask(`${origin}${wrong}/stop`, {}, 'POST')).status, 403);
});

test('another name for this machine is refused, as is a request of another page', async () => {
  const { port } = new URL(address);
  for (const host of [
    `evil.example:${port}`,
    '127.0.0.1',
    '127.0.0.1:1',
    `127.0.0.1.nip.io:${port}`,
  ])
    assert.equal((await ask(address, { host })).status, 403, host);
  assert.equal((await ask(address, { host: `localhost:${port}` })).status, 200);
  for (const other of ['http://evil.example', 'null', `http://localhost:${port}`])
    assert.equal((await ask(`${address}stop`, { origin: other }, 'POST')).status, 403, other);
  assert.equal(run.stops(), 0);
});

test('it listens on the loopback address alone', async (t) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (outside === undefined) return t.skip('this machine has no other address');
  const there = address.replace('127.0.0.1', outside.address);
  await assert.rejects(ask(there), /ECONNREFUSED/);
});

test('only pictures that the run has drawn are served', async () => {
  mkdirSync(join(run.out, 'samples'));
  writeFileSync(join(run.out, 'samples', 'Blur.png'), 'pixels');
  writeFileSync(join(run.out, 'samples', 'secret.png'), 'secret');
  writeFileSync(join(run.out, 'config.json'), 'secret');
  const tile = { height: 8, width: 8 };
  const sheet = { name: 'Blur', file: 'samples/Blur.png', rows: 2, columns: 4, tile, gap: 2 };
  run.tell({ type: 'samples', sheets: [sheet] });
  let picture = await ask(`${address}samples/Blur.png`);
  for (let i = 0; i < 100 && picture.status !== 200; i++)
    picture = await ask(`${address}samples/Blur.png`);
  assert.equal(picture.body, 'pixels');
  for (const path of [
    'samples/secret.png',
    'samples/..%2Fconfig.json',
    'config.json',
    'report.html',
  ])
    assert.equal((await ask(`${address}${path}`)).status, 404, path);
});

test('twenty that listen all get what happens, and one that leaves disturbs nobody', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => listen(address)));
  all[0].leave();
  run.tell(epoch(3));
  for (const one of all.slice(1))
    await until(() => one.text().includes('over 3 epochs'), 'the third epoch');
  for (const one of all) one.leave();
});

test('the button asks to stop, and the answer leads back to the page', async () => {
  const before = run.stops();
  const { status, headers } = await ask(`${address}stop`, { origin }, 'POST');
  assert.equal(status, 303);
  assert.equal(headers.location, new URL(address).pathname);
  await until(() => run.stops() === before + 1, 'the request to stop');
  // Looking at the address stops nothing.
  assert.equal((await ask(`${address}stop`)).status, 404);
});

test('a port that is taken is named before anything starts', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => {
      const at = other.address();
      resolve(typeof at === 'object' && at !== null ? at.port : 0);
    }),
  );
  await assert.rejects(
    openLive(port),
    (error) =>
      error instanceof UserError &&
      error.code === 'LIVE_PORT' &&
      /another program uses it/.test(error.message) &&
      /--live alone/.test(error.message),
  );
  other.close();
});

test('the end is told to who listens, and open connections keep nothing alive', async () => {
  const { page, tell, out } = await toldRun('train');
  tell({ type: 'phase', phase: 'train' });
  const one = await listen(page.address);
  const deaf = await listen(page.address);
  deaf.pause();
  const start = performance.now();
  await page.close({ kind: 'stopped', saved: true });
  assert.ok(performance.now() - start < 3000);
  await one.ended;
  assert.match(one.text(), /event: end\ndata: {"next":null}/);
  assert.ok(one.text().includes(`safe-augment train --resume --out ${out}`));
  deaf.leave();
  await assert.rejects(ask(page.address), /ECONNREFUSED/);
  // Nobody is there any more; telling it does nothing.
  tell(epoch(1));
});

test('the report follows the end for who listened', async () => {
  const { page, out } = await toldRun();
  writeFileSync(join(out, 'report.html'), '<h1>The report</h1>');
  const one = await listen(page.address);
  const closed = page.close({ kind: 'report' });
  await one.ended;
  assert.match(one.text(), /event: end\ndata: {"next":"report.html"}/);
  const { status, body, headers } = await ask(`${page.address}report.html`);
  assert.equal(status, 200);
  assert.equal(body, '<h1>The report</h1>');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  await closed;
});
