import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Rng, UserError } from '../../../src/core/index.js';
import { keyOf } from '../../../src/data/cache/folder.js';
import { openDataset, targetKindOf, targetsAs } from '../../../src/data/index.js';
import { temporaryFolder, write } from '../folders.js';
import { labels64, npyOf, npzOf } from './npz-bytes.js';

/** Values 0, 1, 2, ... modulo 251. */
const ramp = (count: number, from = 0): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (from + i) % 251);

function written(bytes: Uint8Array, name = 'set.npz'): string {
  const folder = temporaryFolder();
  write(folder, name, bytes);
  return join(folder, name);
}

/** Four training, two validation and two test images of 5x4 (height x width). */
const grey = {
  train_images: npyOf([4, 5, 4], ramp(80)),
  train_labels: npyOf([4, 1], Uint8Array.of(1, 0, 1, 0)),
  val_images: npyOf([2, 5, 4], ramp(40, 100)),
  val_labels: npyOf([2, 1], Uint8Array.of(0, 1)),
  test_images: npyOf([2, 5, 4], ramp(40, 150)),
  test_labels: npyOf([2, 1], Uint8Array.of(1, 0)),
};

describe('.npz files of MedMNIST', () => {
  for (const method of ['stored', 'deflated'] as const)
    test(`with grey images, ${method}`, async () => {
      const file = written(npzOf(grey, method));
      assert.equal(targetKindOf(file), 'class');
      for (const spec of [file, `npz:${file}`]) {
        const data = await openDataset(spec);
        assert.equal(data.kind, 'npz');
        assert.equal(data.root, file);
        assert.deepEqual(data.size, { height: 5, width: 4 });
        assert.deepEqual(data.classes, ['0', '1']);
        assert.deepEqual(
          [data.splits.train, data.splits.val, data.splits.test].map((part) => [...part]),
          [
            [0, 1, 2, 3],
            [4, 5],
            [6, 7],
          ],
        );
        assert.deepEqual([...targetsAs(data.targets, 'class').classes], [1, 0, 1, 0, 0, 1, 1, 0]);
        // Row-major: the second image begins where the first ends, each grey value three times.
        assert.deepEqual(
          [...data.store.image(1).data.slice(0, 9)],
          [20, 20, 20, 21, 21, 21, 22, 22, 22],
        );
        assert.equal(data.items[5].name, 'val_images#1');
      }
    });

  test('with colours, labels of 64 bits and gaps between them, in version 2 of the format', async () => {
    const file = written(
      npzOf({
        train_images: npyOf([3, 2, 3, 3], ramp(54), '|u1', { version: 2 }),
        train_labels: labels64([10, 2, 7]),
        meta: npyOf([1], Uint8Array.of(1)),
      }),
    );
    const data = await openDataset(file);
    assert.deepEqual(data.classes, ['2', '7', '10']);
    assert.deepEqual([...targetsAs(data.targets, 'class').classes], [2, 0, 1]);
    assert.deepEqual([...data.store.image(2).data], [...ramp(18, 36)]);
    assert.match(data.warnings.join(), /ignored in the file: meta\.npy/);
  });

  test('have a key of their own in the cache, and another once they have changed', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'set.npz');
    write(folder, 'set.npz', npzOf(grey));
    const first = keyOf('npz', file, {});
    assert.match(first ?? '', /^[0-9a-f]{64}$/);
    assert.equal(keyOf('npz', file, {}), first);
    write(folder, 'beside.txt', 'another file');
    assert.equal(keyOf('npz', file, {}), first);
    write(folder, 'set.npz', npzOf(grey, 'stored'));
    assert.notEqual(keyOf('npz', file, {}), first);
  });
});

const image = npyOf([2, 2, 2], ramp(8));
const label = npyOf([2, 1], Uint8Array.of(0, 1));

const mistakes: [what: string, arrays: Record<string, Buffer>, code: string, says: RegExp][] = [
  [
    'no training images',
    { test_images: image, test_labels: label },
    'DATA_NO_TRAIN',
    /test_images/,
  ],
  ['other arrays', { x: image, y: label }, 'DATA_NO_TRAIN', /got: +x, y/],
  ['no labels', { train_images: image }, 'NPZ_CONTENT', /train_images without train_labels/],
  [
    'one class',
    { train_images: image, train_labels: npyOf([2, 1], Uint8Array.of(3, 3)) },
    'DATA_ONE_CLASS',
    /only the label 3/,
  ],
  [
    'several labels an image',
    { train_images: image, train_labels: npyOf([2, 3], Uint8Array.of(0, 1, 1, 0, 0, 1)) },
    'NPZ_CONTENT',
    /\[2, 3\], several labels[^]*multi-label:DIR/,
  ],
  [
    'fewer labels than images',
    { train_images: image, train_labels: npyOf([1, 1], Uint8Array.of(0)) },
    'NPZ_CONTENT',
    /\[2, 1\][^]*got: +\[1, 1\]/,
  ],
  [
    'volumes',
    { train_images: npyOf([2, 2, 2, 8], ramp(64)), train_labels: label },
    'NPZ_CONTENT',
    /looks like volumes/,
  ],
  [
    'images of 16 bits',
    { train_images: npyOf([2, 2, 2], ramp(16), '<u2'), train_labels: label },
    'NPZ_CONTENT',
    /u2 \[2, 2, 2\]/,
  ],
  [
    'fractions',
    { train_images: npyOf([2, 2, 2], ramp(32), '<f4'), train_labels: label },
    'NPZ_ARRAY',
    /the type "<f4"/,
  ],
  [
    'Fortran order',
    { train_images: npyOf([2, 2, 2], ramp(8), '|u1', { fortran: true }), train_labels: label },
    'NPZ_ARRAY',
    /Fortran order/,
  ],
  [
    'Python objects',
    { train_images: npyOf([2], ramp(16), '|O'), train_labels: label },
    'NPZ_ARRAY',
    /Python objects/,
  ],
  [
    'big-endian labels',
    { train_images: image, train_labels: npyOf([2, 1], ramp(4), '>i2') },
    'NPZ_ARRAY',
    /big-endian/,
  ],
  [
    'more values promised than there are',
    { train_images: npyOf([2000000000, 1000, 1000], ramp(8)), train_labels: label },
    'NPZ_BROKEN',
    /8 bytes for an array of \[2000000000, 1000, 1000\]/,
  ],
  [
    'something else under the name',
    { train_images: Buffer.from('pixels'), train_labels: label },
    'NPZ_BROKEN',
    /another format/,
  ],
];

describe('.npz files: what can be wrong', () => {
  for (const [what, arrays, code, says] of mistakes)
    test(what, async () => {
      await assert.rejects(
        openDataset(written(npzOf(arrays))),
        (error) => error instanceof UserError && error.code === code && says.test(error.message),
      );
    });

  test('a size that the packed bytes cannot hold is refused before memory is taken', async () => {
    const bytes = npzOf({ train_images: image, train_labels: label });
    const at = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    for (const [size, code] of [
      [2 ** 30, 'NPZ_BROKEN'],
      [2 ** 32 - 2, 'NPZ_TOO_LARGE'],
    ] as const) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32LE(size, at + 24);
      await assert.rejects(openDataset(written(changed)), { code });
    }
  });

  test('no file, a folder, and a file of another kind', async () => {
    const folder = temporaryFolder();
    write(folder, 'blood.npz', npzOf(grey));
    write(folder, 'photos.zip', 'PK');
    await assert.rejects(openDataset(join(folder, 'blod.npz')), /did you mean [^]*blood\.npz\?/);
    await assert.rejects(openDataset(`npz:${folder}`), { code: 'DATA_NOT_A_FILE' });
    await assert.rejects(openDataset(join(folder, 'photos.zip')), { code: 'DATA_NOT_A_FOLDER' });
    await assert.rejects(openDataset(`folder:${join(folder, 'blood.npz')}`), {
      code: 'DATA_NOT_A_FOLDER',
    });
  });

  test('changed bytes give an error of the user or are noticed by nobody, never a crash', async () => {
    const folder = temporaryFolder();
    const rng = new Rng('mutations');
    const codes = new Map<string, number>();
    for (const method of ['stored', 'deflated'] as const) {
      const whole = npzOf(grey, method);
      for (let round = 0; round < 150; round++) {
        const bytes = Buffer.from(whole);
        const changes = rng.int(1, 4);
        for (let i = 0; i < changes; i++) bytes[rng.int(0, bytes.length)] = rng.int(0, 256);
        const end = round % 5 === 0 ? rng.int(0, bytes.length) : bytes.length;
        write(folder, 'set.npz', bytes.subarray(0, end));
        const code = await openDataset(join(folder, 'set.npz'), { cache: false }).then(
          () => 'read',
          (error: unknown) => (error instanceof UserError ? error.code : String(error)),
        );
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    const known = /^(?:read|NPZ_[A-Z_]+|DATA_[A-Z_]+)$/;
    assert.deepEqual(
      [...codes.keys()].filter((code) => !known.test(code)),
      [],
    );
    // The checksums find changed pixels too.
    assert.ok((codes.get('NPZ_BROKEN') ?? 0) > 100, JSON.stringify([...codes]));
  });
});
