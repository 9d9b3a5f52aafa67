import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readSettings } from '../../src/config/index.js';
import { Interrupted, UserError } from '../../src/core/index.js';
import { createLoader, openDataset, targetsAs, type Dataset } from '../../src/data/index.js';
import { readClassList } from '../../src/data/readers/class-list.js';
import { readMat } from '../../src/data/arrays/mat.js';
import { decodeImage, encodePng } from '../../src/image/index.js';
import { noise, temporaryFolder, write, writeImages } from './folders.js';

async function twoClasses(count = 2): Promise<string> {
  const folder = temporaryFolder();
  for (const name of ['cats', 'dogs']) await writeImages(folder, name, count);
  return folder;
}

const namesOf = ({ items }: Dataset): string[] => items.map(({ name }) => name);
const plainNames = ['cats/0.png', 'cats/1.png', 'dogs/0.png', 'dogs/1.png'];

describe('links', () => {
  test('in circles are not entered, and named', async () => {
    const folder = await twoClasses();
    symlinkSync('..', join(folder, 'cats/loop'));
    symlinkSync('.', join(folder, 'again'));
    symlinkSync('/', join(folder, 'dogs/root'));
    // Each leads to the other.
    symlinkSync('../dogs', join(folder, 'cats/dogs'));
    symlinkSync('../cats', join(folder, 'dogs/cats'));
    const data = await openDataset(folder, { size: { width: 4, height: 4 } });
    assert.deepEqual(data.classes, ['cats', 'dogs']);
    assert.deepEqual(namesOf(data), [
      ...['cats/0.png', 'cats/1.png', 'cats/dogs/0.png', 'cats/dogs/1.png'],
      ...['dogs/0.png', 'dogs/1.png', 'dogs/cats/0.png', 'dogs/cats/1.png'],
    ]);
    assert.match(data.warnings.join('\n'), /skipped: [^\n]*again \(a link to a folder above it\)/);
    assert.match(data.warnings.join('\n'), /4 of these 4 duplicates have another class/);
  });

  test('to the same folder twice give its images once, under its own name', async () => {
    const folder = await twoClasses();
    mkdirSync(join(folder, 'cats/z'));
    renameSync(join(folder, 'cats/0.png'), join(folder, 'cats/z/0.png'));
    symlinkSync('z', join(folder, 'cats/a'));
    const data = await openDataset(folder);
    assert.deepEqual(namesOf(data), ['cats/1.png', 'cats/z/0.png', 'dogs/0.png', 'dogs/1.png']);
    assert.match(data.warnings.join(), /skipped: .*a link to a folder that is read already/);
  });
});

describe('what is no regular file', () => {
  test('is not opened, but named', async () => {
    const folder = await twoClasses();
    execFileSync('mkfifo', [join(folder, 'cats/pipe.png')]);
    symlinkSync('/dev/zero', join(folder, 'dogs/zero.png'));
    const data = await openDataset(folder);
    assert.deepEqual(namesOf(data), plainNames);
    assert.match(
      data.warnings.join(),
      /pipe\.png \(a pipe.*zero\.png \(a pipe, socket or device\)/,
    );
    for (const path of ['cats/pipe.png', 'dogs/zero.png'])
      await assert.rejects(decodeImage(join(folder, path)), /found a pipe, socket or device/);
    await assert.rejects(decodeImage('a\0b.png'), /The image file does not exist[^]*a\\x00b/);
    await assert.rejects(decodeImage('x'.repeat(5000)), /The image file does not exist/);
  });

  test('an annotation with a NUL, or with a name of 100,000 letters', async () => {
    for (const name of ['0.png\0', 'x'.repeat(100_000)]) {
      const folder = temporaryFolder();
      await writeImages(folder, 'train/n1/images', 1);
      await writeImages(folder, 'train/n2/images', 1);
      write(folder, 'wnids.txt', 'n1\nn2\n');
      write(folder, 'val/val_annotations.txt', `${name}\tn1\n`);
      await assert.rejects(openDataset(folder), { code: 'IMAGE_MISSING' });
    }
  });
});

describe('names', () => {
  test('images in the deepest folder are read', async () => {
    const folder = await twoClasses();
    const deep = Array.from({ length: 30 }, (_, i) => i).join('/');
    write(folder, `cats/${deep}/2.png`, await encodePng(noise('deep')));
    assert.ok(namesOf(await openDataset(folder)).includes(`cats/${deep}/2.png`));
  });

  test('without an ending the first bytes decide; jfif and jpe are endings of JPEG', async () => {
    const folder = await twoClasses();
    const png = await encodePng(noise('bytes'));
    for (const name of ['cats/IMG_1', 'cats/b.jfif', 'dogs/c.jpe']) write(folder, name, png);
    write(folder, 'dogs/README', 'no image');
    const data = await openDataset(folder);
    assert.deepEqual(
      namesOf(data).filter((name) => !/\/\d\.png/.test(name)),
      ['cats/IMG_1', 'cats/b.jfif', 'dogs/c.jpe'],
    );
    assert.match(data.warnings.join('\n'), /^ignored 1 file that is not an image$/m);
  });

  test('in Latin-1 are refused with the remedy', async () => {
    const folder = await twoClasses();
    const path = Buffer.concat([
      Buffer.from(`${folder}/cats/K`),
      Buffer.from([0xe4]),
      Buffer.from('tzchen.png'),
    ]);
    try {
      writeFileSync(path, readFileSync(join(folder, 'cats/0.png')));
    } catch {
      // Some file systems refuse such names themselves.
      return;
    }
    await assert.rejects(openDataset(folder), { code: 'DATA_NAME', message: /convmv -f latin1/ });
  });

  test('a class may be called train', async () => {
    const folder = await twoClasses();
    await writeImages(folder, 'train', 2);
    const { classes, warnings } = await openDataset(folder);
    assert.deepEqual(classes, ['cats', 'dogs', 'train']);
    assert.match(warnings.join(), /read as a class: train; a part of the data must/);
  });

  test('control characters never reach the terminal', async () => {
    const folder = await twoClasses();
    write(folder, 'cats/\x1b[31m.png', 'nonsense');
    const { warnings } = await openDataset(folder, { onBadFile: 'skip' });
    assert.match(warnings.join(), /cats\/\\x1b\[31m\.png/);
    await assert.rejects(openDataset(folder), /cats\/\\x1b\[31m\.png/);
  });
});

describe('runs among the data', () => {
  test('are no classes, wherever they are', async () => {
    const folder = await twoClasses();
    const run = (path: string): void => {
      write(folder, `${path}/config.json`, JSON.stringify({ data: '.', out: path }));
      const manifest = { version: 1, versions: {}, split: {}, data: {} };
      write(folder, `${path}/manifest.json`, JSON.stringify(manifest));
      write(folder, `${path}/samples/Blur.png`, readFileSync(join(folder, 'cats/0.png')));
    };
    for (const path of ['out', 'runs/a', 'runs/b', 'dogs/inside']) run(path);
    // Another program's.
    await writeImages(folder, 'other', 1);
    write(folder, 'other/config.json', '{"data": 1}');
    const data = await openDataset(folder);
    assert.deepEqual(data.classes, ['cats', 'dogs', 'other']);
    assert.equal(data.items.length, 5);
    assert.match(
      data.warnings.join(),
      /out \(runs of safe-augment\).*runs \(runs of safe-augment\)/,
    );
  });
});

describe('repeats', () => {
  test('between validation and training, and across classes, are named', async () => {
    const folder = temporaryFolder();
    for (const path of ['train/a', 'train/b', 'val/a', 'val/b']) await writeImages(folder, path, 2);
    write(folder, 'val/a/same.png', await encodePng(noise('train/a/0')));
    write(folder, 'train/b/other.png', await encodePng(noise('train/a/1')));
    const said = (await openDataset(folder)).warnings.join('\n');
    assert.match(
      said,
      /1 validation image is identical to a training image \(val\/a\/same\.png = train\/a\/0\.png\)/,
    );
    assert.match(said, /1 training image is a duplicate/);
    assert.match(
      said,
      /1 of these 2 duplicates has another class \(train\/b\/other\.png = train\/a\/1\.png\)/,
    );
  });
});

describe('small files that claim much', () => {
  test('a line of 200,000 spaces in classes.txt', async () => {
    const folder = temporaryFolder();
    write(
      folder,
      'classes.txt',
      `a b${' '.repeat(200_000)}#A0b0C0 ignored\nroad #010203\n${'x '.repeat(100_000)}\n`,
    );
    const start = performance.now();
    const { classes, colours, table } = readClassList(join(folder, 'classes.txt'));
    assert.ok(performance.now() - start < 2000);
    assert.deepEqual([classes[0], colours[0], table[0], table[1]], ['road', '#010203', 255, 0]);
  });

  test('a MAT-file that inflates to gigabytes', () => {
    const header = Buffer.alloc(128);
    header.writeUInt16LE(0x0100, 124);
    header.write('IM', 126, 'latin1');
    const bomb = deflateSync(Buffer.alloc(2 ** 29 + 16));
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(bomb.length, 4);
    assert.throws(() => readMat(Buffer.concat([header, tag, bomb]), 'bomb.mat'), {
      code: 'MAT_BROKEN',
      message: /its arrays take more than 536870912 bytes/,
    });
  });
});

describe('ends', () => {
  test('reading stops within a second of the signal', async () => {
    const folder = await twoClasses(150);
    const controller = new AbortController();
    let at = 0;
    const reading = openDataset(folder, {
      size: { width: 400, height: 400 },
      signal: controller.signal,
      onProgress: () => {
        at ||= performance.now();
        controller.abort();
      },
    });
    await assert.rejects(reading, Interrupted);
    assert.ok(performance.now() - at < 1000);
    await assert.rejects(openDataset(folder, { signal: controller.signal }), Interrupted);
  });

  test(
    'files of the system, which may never end, are empty by their size',
    { skip: process.platform !== 'linux' },
    async () => {
      const folder = await twoClasses();
      symlinkSync('/proc/version', join(folder, 'cats', 'odd.png'));
      symlinkSync('/proc/version', join(folder, 'cats', 'odd'));
      await assert.rejects(openDataset(folder), (error) => {
        assert.ok(error instanceof UserError && error.code === 'IMAGE_EMPTY', String(error));
        return true;
      });
      assert.deepEqual(readSettings('/proc/version'), {});
    },
  );

  test(
    'loaders that are closed early leave no descriptors',
    { skip: process.platform !== 'linux' },
    async () => {
      const data = await openDataset(await twoClasses());
      const open = (): number => readdirSync('/proc/self/fd').length;
      const once = async (): Promise<void> => {
        const { store, targets } = data;
        const loader = createLoader({
          store,
          targets: targetsAs(targets, 'class'),
          seed: 1,
          workers: 2,
        });
        const epoch = loader.epoch({ indices: data.splits.train, batch: 1 });
        await epoch.next();
        await loader.close();
      };
      await once();
      const before = open();
      for (let i = 0; i < 10; i++) await once();
      assert.ok(open() - before <= 2, `${open() - before} more`);
    },
  );
});
