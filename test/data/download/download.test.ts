import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UserError } from '../../../src/core/index.js';
import { archives, download, type Archive } from '../../../src/data/index.js';
import { tarOf, zipOf } from './archive-bytes.js';

const big = 'x'.repeat(200_000);
const content: Record<string, Buffer> = {
  '/good.tar.gz': gzipSync(
    tarOf([
      ['set/a.bin', 'aaa'],
      ['set/deep/b.bin', big],
    ]),
  ),
  '/good.zip': zipOf([
    ['set/a.bin', 'aaa'],
    ['set/deep/b.bin', big],
  ]),
  '/plain.mat': Buffer.from(big),
  '/out.tar.gz': gzipSync(
    tarOf([
      ['set/a.bin', 'aaa'],
      ['../evil', 'evil'],
    ]),
  ),
  '/absolute.tar.gz': gzipSync(tarOf([['/tmp/evil', 'evil']])),
  '/link.tar.gz': gzipSync(
    tarOf([
      ['set', '/etc', '2'],
      ['set/evil', 'evil'],
    ]),
  ),
  '/backslash.tar.gz': gzipSync(tarOf([['set\\..\\..\\evil', 'evil']])),
  '/drive.tar.gz': gzipSync(tarOf([['C:\\evil', 'evil']])),
  '/backslash.zip': zipOf([['set\\..\\..\\evil', 'evil']]),
  '/drive.zip': zipOf([['C:/evil', 'evil']]),
  '/out.zip': zipOf([
    ['set/a.bin', 'aaa'],
    ['set/../../evil', 'evil'],
  ]),
  '/link.zip': zipOf([['set', '/etc', '2']]),
  '/other.tar.gz': gzipSync(tarOf([['else/a.bin', 'aaa']])),
  '/damaged.tar.gz': Buffer.concat([
    gzipSync(tarOf([['set/b.bin', big]])).subarray(0, 120),
    Buffer.alloc(40),
  ]),
  '/damaged.zip': Buffer.from('no zip at all, but long enough to be looked at'),
};

let folder: string;
let address: string;
/** What the server was asked, as `path range`. */
let asked: string[];
/** Breaks the next answer off after so many bytes. */
let breakAfter: number | undefined;
let ranges = true;
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const path = request.url ?? '';
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  asked.push(`${path} ${request.headers.range ?? ''}`.trim());
  const body = content[path];
  if (body === undefined) {
    response.writeHead(404, 'Not Found').end();
    return;
  }
  const from = ranges && range ? Number(range[1]) : 0;
  if (range && ranges && from >= body.length) {
    response.writeHead(416).end();
    return;
  }
  const part = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length });
  if (breakAfter === undefined) {
    response.end(part);
    return;
  }
  // Time for what was written to arrive.
  response.write(part.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 100));
  breakAfter = undefined;
});
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach((t) => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  asked = [];
  ranges = true;
  (t as { after?: (f: () => void) => void }).after?.(() => rmSync(folder, { recursive: true }));
});

function archive(path: string, changed: Partial<Archive> = {}): Record<string, readonly Archive[]> {
  const bytes = content[path] ?? Buffer.alloc(0);
  const kind = path.endsWith('.zip') ? 'zip' : path.endsWith('.gz') ? 'tar.gz' : 'file';
  const hex = createHash('md5').update(bytes).digest('hex');
  return {
    it: [
      {
        url: address + path,
        checksum: { algorithm: 'md5', hex },
        bytes: bytes.length,
        kind,
        gives: kind === 'file' ? path.slice(1) : 'set',
        ...changed,
      },
    ],
  };
}

async function messageOf(action: Promise<void>, code: string): Promise<string> {
  let message = '';
  await assert.rejects(action, (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    message = error.message;
    return true;
  });
  return message;
}

for (const path of ['/good.tar.gz', '/good.zip'])
  test(`${path}: fetched, verified, unpacked; what is there is left alone`, async () => {
    const progress: number[] = [];
    const from = archive(path);
    await download('it', folder, {
      from,
      onProgress: (done, total) => progress.push(done / total),
    });
    assert.equal(readFileSync(join(folder, 'set/a.bin'), 'utf8'), 'aaa');
    assert.equal(readFileSync(join(folder, 'set/deep/b.bin'), 'utf8'), big);
    assert.equal(progress.at(-1), 1);
    assert.deepEqual(readdirSync(folder).sort(), [path.slice(1), 'set'].sort());
    const steps: string[] = [];
    await download('it', folder, { from, onStep: (step) => steps.push(step) });
    assert.deepEqual(steps, ['there']);
    assert.equal(asked.length, 1);
  });

for (const withRanges of [true, false])
  test(`broken off, it goes on (${withRanges ? 'where it was' : 'a server without ranges: anew'})`, async () => {
    ranges = withRanges;
    breakAfter = 50_000;
    const from = archive('/plain.mat');
    const message = await messageOf(download('it', folder, { from }), 'DOWNLOAD_BROKEN');
    assert.match(message, /of 200000 bytes, kept in .*plain\.mat\.part/);
    assert.match(message, /run the same command again to continue/);
    assert.ok(!existsSync(join(folder, 'plain.mat')));
    await download('it', folder, { from });
    assert.equal(readFileSync(join(folder, 'plain.mat'), 'utf8'), big);
    assert.match(asked[1], /^\/plain\.mat bytes=\d+-$/);
  });

test('stopped by the user, the part stays for the next time', async () => {
  const controller = new AbortController();
  const from = archive('/plain.mat');
  const first = download('it', folder, {
    from,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(first, { name: 'AbortError' });
  await download('it', folder, { from });
  assert.equal(readFileSync(join(folder, 'plain.mat'), 'utf8'), big);
});

test('an archive fetched by hand is verified and used', async () => {
  writeFileSync(join(folder, 'good.tar.gz'), content['/good.tar.gz']);
  await download('it', folder, { from: archive('/good.tar.gz') });
  assert.equal(readFileSync(join(folder, 'set/a.bin'), 'utf8'), 'aaa');
  assert.deepEqual(asked, []);
});

test('a checksum that differs: told, and nothing unpacked; the user’s own file stays', async () => {
  const hex = 'd41d8cd98f00b204e9800998ecf8427e';
  const from = archive('/good.tar.gz', { checksum: { algorithm: 'md5', hex } });
  const message = await messageOf(download('it', folder, { from }), 'DOWNLOAD_CHECKSUM');
  assert.match(message, new RegExp(`expected: md5 ${hex}`));
  assert.match(message, /got: {6}md5 [0-9a-f]{32}/);
  assert.deepEqual(readdirSync(folder), []);
  writeFileSync(join(folder, 'good.tar.gz'), 'mine');
  await messageOf(download('it', folder, { from }), 'DOWNLOAD_CHECKSUM');
  assert.equal(readFileSync(join(folder, 'good.tar.gz'), 'utf8'), 'mine');
});

for (const path of [
  ...['/out.tar.gz', '/absolute.tar.gz', '/link.tar.gz', '/backslash.tar.gz', '/drive.tar.gz'],
  ...['/out.zip', '/link.zip', '/backslash.zip', '/drive.zip'],
])
  test(`${path}: what leads out of the folder is refused, and nothing is left`, async () => {
    const message = await messageOf(
      download('it', folder, { from: archive(path) }),
      'ARCHIVE_UNSAFE',
    );
    assert.match(message, /only files and folders inside the target folder/);
    assert.deepEqual(readdirSync(folder), [path.slice(1)]);
    assert.ok(!existsSync(join(folder, '..', 'evil')) && !existsSync('/tmp/evil'));
  });

for (const [path, code] of [
  ['/other.tar.gz', 'ARCHIVE_CONTENT'],
  ['/damaged.tar.gz', 'ARCHIVE_BROKEN'],
  ['/damaged.zip', 'ARCHIVE_BROKEN'],
] as const)
  test(`${path}: ${code}`, async () => {
    await messageOf(download('it', folder, { from: archive(path) }), code);
    assert.deepEqual(readdirSync(folder), [path.slice(1)]);
  });

test('no network: said at once, with address and checksum for fetching by hand', async () => {
  const port = address.replace(/\d+$/, '1');
  const from = archive('/good.zip', { url: `${port}/good.zip` });
  const message = await messageOf(download('it', folder, { from }), 'DOWNLOAD_NO_NETWORK');
  assert.match(message, /ECONNREFUSED|no response/);
  assert.match(message, /good\.zip on another machine \(md5 [0-9a-f]{32}\)/);
});

test('a server that does not answer counts as out of reach', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/good.zip`;
  const from = archive('/good.zip', { url });
  await messageOf(download('it', folder, { from, patience: 0.3 }), 'DOWNLOAD_NO_NETWORK');
  silent.closeAllConnections();
  silent.close();
});

test('a file that the server does not have, and a name that nobody knows', async () => {
  const gone = archive('/gone.zip');
  assert.match(await messageOf(download('it', folder, { from: gone }), 'DOWNLOAD_REFUSED'), /404/);
  const message = await messageOf(download('cifar11', folder), 'DOWNLOAD_UNKNOWN');
  assert.match(message, /cifar10, cifar100, svhn, tiny-imagenet[^]*did you mean cifar10/);
});

test('every official archive has an address and a whole checksum', () => {
  for (const list of Object.values(archives))
    for (const { url, checksum, bytes } of list) {
      assert.match(url, /^https?:\/\/[\w.~/-]+$/);
      assert.match(
        checksum.hex,
        checksum.algorithm === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/,
      );
      assert.ok(bytes > 1e7);
    }
});
