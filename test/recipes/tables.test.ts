import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransform, isTransformName, transformNames } from '../../src/augment/index.js';
import { recipeIds, toolTables } from '../../src/recipes/index.js';

const lists = toolTables.flatMap(({ id, tasks }) =>
  Object.entries(tasks).map(([task, table]) => ({ of: `${id}, ${task}`, table })),
);
const defaults = lists.flatMap(({ of, table }) => table.defaults.map((one) => ({ of, one })));

test('every tool has a table for classification, and names of its own', () => {
  assert.equal(new Set(recipeIds).size, toolTables.length);
  for (const { id, tasks, read } of toolTables) {
    assert.ok(tasks.classification, id);
    assert.ok(read && Object.keys(read.packages).length > 0, id);
  }
});

test('every default says where it stands, how it is switched off, and for how many images it is on', () => {
  for (const { of, one } of defaults) {
    const where = `${of}: ${one.name}`;
    assert.ok(one.source.length > 0, where);
    assert.ok(one.off.length > 0, where);
    assert.ok(one.p > 0 && one.p <= 1, where);
    assert.equal(one.how === 'one', one.operations.length === 1, where);
    if (one.how === 'drawn')
      for (const { share } of one.operations) assert.ok(share! > 0 && share! < one.p, where);
  }
});

test('what is like one of our transforms has options that it takes', () => {
  const alike = defaults
    .flatMap(({ one }) => one.operations)
    .flatMap(({ same }) => same)
    .filter(({ transform }) => isTransformName(transform));
  assert.ok(alike.length > 10);
  for (const { transform, options } of alike)
    assert.doesNotThrow(() => createTransform({ name: transform, options }));
});

test('a magnitude that a tool can limit is one of the transform', () => {
  const size = { width: 32, height: 32 };
  const limited = defaults.filter(
    ({ one }) =>
      one.limit !== undefined &&
      one.operations.some(({ same }) => same.some(({ transform }) => isTransformName(transform))),
  );
  assert.ok(limited.length > 3);
  for (const { of, one } of limited) {
    const options = one.operations
      .flatMap(({ same }) => same)
      .filter(({ transform }) => isTransformName(transform))
      .flatMap(({ transform, options: given }) =>
        createTransform({ name: transform, options: given }).magnitudes(size),
      )
      .map(({ option }) => option);
    assert.ok(
      options.some((option) => one.limit!.options.includes(option)),
      `${of}: ${one.name}`,
    );
  }
});

test('limits are written as the tools take them', () => {
  const written = (id: string, name: string, reach: number, options = {}): string | undefined =>
    defaults
      .find(({ of, one }) => of.startsWith(id) && one.name === name)
      ?.one.limit?.write(reach, options);
  assert.equal(written('keras', 'RandomRotation', 18), 'layers.RandomRotation(0.05)');
  assert.equal(written('fastai', 'Rotate', 5.5), 'max_rotate=5.5');
  const ratio = [0.84712345, 1.1804];
  assert.equal(
    written('timm', 'RandomResizedCrop', 0.3, { ratio }),
    '--scale 0.7 1 --ratio 0.8472 1.1804',
  );
  // A window of 1 / 1.05 of the sides.
  assert.equal(written('fastai', 'Zoom', 1 - 1 / 1.05), 'max_zoom=1.05');
  assert.equal(written('ultralytics, segmentation', 'translate', 0.0625), 'translate=0.0625');
});

test('nothing that is on by default is said to be off', () => {
  for (const { of, table } of lists) {
    const on = table.defaults
      .filter(({ how }) => how === 'one')
      .flatMap(({ operations }) => operations.flatMap(({ same }) => same));
    for (const { transform } of on.filter((o) => o.transform !== 'ShiftScaleRotate'))
      assert.ok(!(transform in table.leavesOff), `${of}: ${transform}`);
  }
  const flip = toolTables.find(({ id }) => id === 'ultralytics')?.tasks.classification;
  assert.equal(flip?.leavesOff.VerticalFlip, 'flipud=0.5');
  assert.ok(transformNames.includes('VerticalFlip'));
});
