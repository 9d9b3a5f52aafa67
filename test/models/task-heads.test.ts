import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  buildModel,
  loadWeights,
  saveWithHead,
  taskRanges,
  withHead,
  type ModelName,
} from '../../src/models/index.js';
import { noGrad, randn, scope } from '../../src/tensor/index.js';

const folder = mkdtempSync(join(tmpdir(), 'heads-'));
after(() => rmSync(folder, { recursive: true }));

test('task heads lie side by side', () => {
  assert.deepEqual(taskRanges([3, 1, 4]), [
    { start: 0, classes: 3 },
    { start: 3, classes: 1 },
    { start: 4, classes: 4 },
  ]);
});

for (const name of ['resnet-small', 'densenet121'] as ModelName[])
  test(`${name} with one of its task heads is an ordinary network, in its weights too`, () => {
    const of = (classes: number, seed: number) =>
      buildModel(
        { name, classes, labels: 2, width: 8, stem: 'small' },
        new Rng(seed, 'weights'),
      ).eval();
    const shared = of(5, 1);
    const [, second] = taskRanges([2, 3]);
    const path = join(folder, `${name}.safetensors`);
    saveWithHead(path, shared, second);
    const alone = of(3, 2);
    loadWeights(alone, path);
    noGrad(() =>
      scope(() => {
        const x = randn([4, 3, 32, 32], new Rng(3));
        const all = shared.forward(x);
        const own = withHead(shared, second).forward(x);
        const loaded = alone.forward(x);
        const task = [...own.task.toFloat32Array()];
        const whole = [...all.task.toFloat32Array()];
        assert.deepEqual(
          task,
          whole.filter((_, i) => i % 5 >= 2),
        );
        loaded.task
          .toFloat32Array()
          .forEach((v, i) => assert.ok(Math.abs(v - task[i]) < 1e-5, `${v} for ${task[i]}`));
        assert.deepEqual([...loaded.labels.toFloat32Array()], [...own.labels.toFloat32Array()]);
      }),
    );
    shared.free();
    alone.free();
  });
