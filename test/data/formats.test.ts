import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDataset, targetsAs } from '../../src/data/index.js';
import { readMat } from '../../src/data/readers/mat.js';
import { fixture, temporaryFolder, write, writeImages } from './folders.js';

describe('SVHN', () => {
  it('puts every value where it belongs, compressed or not, and calls label 10 the digit 0', async () => {
    const folder = temporaryFolder();
    write(folder, 'train_32x32.mat', fixture('svhn/compressed.mat'));
    write(folder, 'test_32x32.mat', fixture('svhn/plain.mat'));
    write(folder, 'extra_32x32.mat');
    const { store, targets, classes, items, warnings } = await openDataset(folder);
    const { classes: labels } = targetsAs(targets, 'class');
    assert.deepEqual([...labels.slice(0, 12)], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]);
    assert.deepEqual([...labels.slice(12)], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    assert.equal(classes.join(''), '0123456789');
    assert.equal(items[14].name, 'test_32x32.mat#2');
    for (let i = 0; i < 22; i++) {
      const n = i % 12;
      store.view(i).forEach((value, at) => {
        const [h, w, c] = [Math.floor(at / 96), Math.floor(at / 3) % 32, at % 3];
        assert.equal(value, (7 * h + 3 * w + 50 * c + 11 * n) % 256);
      });
    }
    assert.match(warnings.join(), /extra_32x32.mat is not read/);
  });

  it('reads labels that are stored as doubles, and passes over text', () => {
    const arrays = readMat(fixture('svhn/double.mat'), 'double.mat');
    assert.deepEqual([...arrays.keys()].sort(), ['X', 'y']);
    assert.deepEqual(arrays.get('y')?.dims, [12, 1]);
    assert.deepEqual([...(arrays.get('y')?.data ?? [])], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2]);
    assert.deepEqual(arrays.get('X')?.dims, [32, 32, 3, 12]);
  });
});

describe('Tiny ImageNet', () => {
  it('orders classes as wnids.txt does and names them by their first word, if it is theirs alone', async () => {
    const folder = temporaryFolder();
    for (const id of ['n1', 'n2', 'n3', 'n4']) await writeImages(folder, `train/${id}/images`, 1);
    write(folder, 'wnids.txt', 'n3\nn1\nn4\nn2\n');
    write(folder, 'words.txt', 'n1\tcrane\nn2\tcrane, bird\nn3\togre, monster\n');
    const { classes, targets, items, warnings } = await openDataset(folder);
    const { classes: labels } = targetsAs(targets, 'class');
    assert.deepEqual(classes, ['ogre', 'n1', 'n4', 'n2']);
    assert.deepEqual([...labels], [0, 1, 2, 3]);
    assert.equal(items[0].name, 'train/n3/images/0.png');
    assert.match(warnings.join(), /no val\/val_annotations.txt/);
  });
});
