import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { resolveLearnConfig, type LearnInput } from '../../src/config/index.js';
import type { RunEvent } from '../../src/run/files/index.js';
import { namedModel, settleImages } from '../../src/run/settle-images.js';
import { cacheFolder } from '../../src/data/cache/folder.js';
import { imageSizes } from '../../src/data/index.js';
import { writeImages, write } from '../data/folders.js';

let folder: string;
const at = (name: string): string => join(folder, name);
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'settle-'));
  process.env.SAFE_AUGMENT_CACHE = at('cache');
  for (const label of ['a', 'b']) {
    await writeImages(folder, `thumbs/${label}`, 3, { width: 32, height: 32 });
    await writeImages(folder, `others/${label}`, 3, { width: 24, height: 24 });
    await writeImages(folder, `alike/${label}`, 2, { width: 200, height: 190 });
    await writeImages(folder, `mixed/${label}/wide`, 2, { width: 300, height: 200 });
    await writeImages(folder, `mixed/${label}/high`, 2, { width: 170, height: 260 });
  }
});
after(() => {
  delete process.env.SAFE_AUGMENT_CACHE;
  rmSync(folder, { recursive: true, force: true });
});

type Earlier = Parameters<typeof settleImages>[2];

async function settle(input: LearnInput, earlier: Earlier = {}) {
  const events: RunEvent[] = [];
  const hooks = {
    onEvent: (event: RunEvent) => void events.push(event),
    signal: new AbortController().signal,
  };
  const config = resolveLearnConfig({ flags: input });
  const settled = await settleImages({ ...config, device: 'cpu', threads: 1 }, hooks, earlier);
  return { size: settled.size, fit: settled.fit, network: settled.model.name, events };
}

describe('settleImages', () => {
  test('thumbnails keep their size and the small network, and nothing is said', async () => {
    const { events, ...settled } = await settle({ data: at('thumbs') });
    const size = { height: 32, width: 32 };
    assert.deepEqual(settled, { size, fit: 'stretch', network: 'resnet-small' });
    assert.deepEqual(events, []);
  });

  test('photographs of several sizes become squares for the pre-trained network', async () => {
    const { events, ...settled } = await settle({ data: at('mixed'), epochs: 2 });
    const size = { height: 160, width: 160 };
    assert.deepEqual(settled, { size, fit: 'crop', network: 'efficientnet-lite0' });
    assert.deepEqual(events, [
      {
        type: 'size',
        images: 8,
        smallest: { height: 260, width: 170 },
        largest: { height: 200, width: 300 },
        ...size,
        fit: 'crop',
      },
    ]);
    const padded = await settle({ data: at('mixed'), epochs: 2, fit: 'pad' });
    assert.equal(padded.fit, 'pad');
  });

  test('a size that is set is kept and stretched to, unless a fit is set too', async () => {
    const set = await settle({ data: at('mixed'), size: '48x64' });
    assert.deepEqual([set.size, set.fit], [{ height: 48, width: 64 }, 'stretch']);
    assert.equal(set.network, 'efficientnet-lite0');
    assert.deepEqual(set.events, []);
    const small = await settle({ data: at('mixed'), size: 63, fit: 'crop' });
    assert.deepEqual([small.fit, small.network], ['crop', 'resnet-small']);
  });

  test('null keeps the size of images that are alike, and is auto for others', async () => {
    const alike = await settle({ data: at('alike'), size: null });
    assert.deepEqual(alike.size, { height: 190, width: 200 });
    const mixed = await settle({ data: at('mixed'), size: null, epochs: 2 });
    assert.deepEqual(mixed.size, { height: 160, width: 160 });
  });

  test('a network that is named is kept, the thesis’s too, on images of any size', async () => {
    const named = await settle({ data: at('mixed'), model: { name: 'resnet18' } });
    assert.equal(named.network, 'resnet18');
    const config = resolveLearnConfig({ preset: 'thesis-cifar10', flags: { data: at('alike') } });
    assert.deepEqual([config.model.name, config.size], ['densenet121', null]);
  });

  test('a little time makes smaller images', async () => {
    const { size } = await settle({ data: at('mixed'), budget: '1s' });
    assert.deepEqual(size, { height: 96, width: 96 });
  });

  test('several data sets share a size that suits the smaller images', async () => {
    const { size } = await settle({ data: [at('mixed'), at('others')] });
    assert.deepEqual(size, { height: 24, width: 24 });
    const thumbs = await settle({ data: [at('thumbs'), at('others')] });
    assert.deepEqual(thumbs.size, { height: 24, width: 24 });
  });

  test('a resumed run keeps what it was started with; runs of earlier versions stretched', async () => {
    const data = { source: 'x', kind: 'folder', classes: ['a', 'b'], images: 4, height: 40 };
    const old = { ...data, width: 50, fingerprint: '', skipped: [] };
    const earlier = await settle({ data: at('mixed'), size: null }, { started: { data: old } });
    assert.deepEqual([earlier.size, earlier.fit], [{ height: 40, width: 50 }, 'stretch']);
    const started = { data: { ...old, fit: 'crop' as const } };
    assert.equal((await settle({ data: at('mixed') }, { started })).fit, 'crop');
  });

  test('policies and weights of another run bring its size, weights also its network', async () => {
    const run = at('run');
    mkdirSync(run);
    const manifest = {
      version: 1,
      command: '',
      created: '',
      versions: {},
      seed: 0,
      hardware: { cpu: '', cores: 1, memoryBytes: 1, device: 'cpu' },
      threads: 1,
      workers: 0,
      data: {
        source: 'x',
        kind: 'folder',
        classes: ['a', 'b'],
        images: 4,
        height: 112,
        width: 144,
        fit: 'pad',
        fingerprint: '',
      },
      split: {},
    };
    writeFileSync(join(run, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(run, 'config.json'), JSON.stringify({ model: { name: 'resnet18' } }));
    const size = { height: 112, width: 144 };
    const from = await settle({ data: at('mixed') }, { from: run });
    assert.deepEqual([from.size, from.fit, from.network], [size, 'pad', 'efficientnet-lite0']);
    const init = await settle({ data: at('mixed') }, { init: run });
    assert.deepEqual([init.size, init.network], [size, 'resnet18']);
    const own = await settle({ data: at('mixed'), size: 64 }, { from: run });
    assert.deepEqual(own.size, { height: 64, width: 64 });
    const missing = await settle({ data: at('mixed'), epochs: 2 }, { from: at('nowhere') });
    assert.deepEqual(missing.size, { height: 160, width: 160 });
  });

  test('images that cannot be measured are left to the reading, which names them', async () => {
    write(folder, 'broken/a/0.png', 'no image');
    write(folder, 'broken/b/0.png', 'no image');
    assert.equal((await settle({ data: at('broken') })).size, null);
  });

  test('`auto` is by the longer side', () => {
    const model = resolveLearnConfig({ flags: { data: 'x' } }).model;
    const of = (height: number, width: number) => namedModel(model, { height, width }).name;
    assert.deepEqual(
      [of(63, 63), of(64, 64), of(16, 64)],
      ['resnet-small', 'efficientnet-lite0', 'efficientnet-lite0'],
    );
  });
});

test('sizes of many images are kept, and measured anew when a file changes', async () => {
  for (const label of ['a', 'b']) {
    await writeImages(folder, `many/${label}`, 1, { width: 30, height: 20 });
    for (let i = 1; i < 500; i++) write(folder, `many/${label}/${i}.pgm`, 'P5 3 2 255\n......');
  }
  const first = await imageSizes(at('many'));
  assert.deepEqual([first?.images, first?.shorter, first?.longer], [1000, 2, 3]);
  assert.deepEqual([first?.smallest, first?.alike], [{ width: 3, height: 2 }, false]);
  assert.deepEqual(first?.largest, { width: 30, height: 20 });
  const kept = (): string[] =>
    existsSync(cacheFolder())
      ? readdirSync(cacheFolder()).filter((name) => name.endsWith('.sizes.json'))
      : [];
  assert.equal(kept().length, 1);
  // What is kept is used: with a file that says something else, it is that.
  const path = join(cacheFolder(), kept()[0]);
  writeFileSync(path, '[1,1000,3,2,30,20,7,9,0.5,0.6,0.7,0]');
  assert.deepEqual((await imageSizes(at('many')))?.shorter, 7);
  writeFileSync(path, '[1,1000,"x"]');
  assert.deepEqual(await imageSizes(at('many')), first);
  utimesSync(at('many/a/3.pgm'), 1, 1);
  assert.deepEqual(await imageSizes(at('many')), first);
  assert.equal(kept().length, 2);
});
