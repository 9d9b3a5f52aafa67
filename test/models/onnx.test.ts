import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ort from 'onnxruntime-web';
import { Rng } from '../../src/core/index.js';
import { buildModel, toOnnx, type ModelSpec } from '../../src/models/index.js';
import {
  fromFloat32,
  imageBatch,
  liveTensors,
  noGrad,
  scope,
  type Tensor,
} from '../../src/tensor/index.js';

const normalisation = { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] };
/** `weight`: of the classifier, at most; deep networks with fresh norms have large features. */
const specs: [ModelSpec, side: number, weight?: number][] = [
  [{ name: 'resnet-small', width: 8, classes: 7, labels: 0 }, 32],
  [{ name: 'densenet121', stem: 'small', classes: 10, labels: 0 }, 32],
  [{ name: 'densenet121', stem: 'imagenet', classes: 5, labels: 0 }, 64],
  [{ name: 'efficientnet-lite0', classes: 5, labels: 0 }, 64, 0.05],
  [{ name: 'resnet18', classes: 5, labels: 0 }, 64, 0.05],
  [{ name: 'efficientnet-lite0', outputs: 'pixel', classes: 4, labels: 0 }, 64],
  [{ name: 'resnet-small', outputs: 'pixel', width: 8, classes: 4, labels: 0 }, 64],
];

for (const [spec, side, weight = 1] of specs)
  test(`${spec.name} ${spec.stem ?? ''} ${spec.outputs ?? ''}: ONNX Runtime gives the same logits`, async () => {
    const model = buildModel(spec, new Rng(3, 'onnx'));
    // Running statistics that are not those of a fresh network.
    scope(() => {
      const rng = new Rng(4, 'statistics');
      const random = (tensor: Tensor, low: number, high: number): void => {
        const values = Float32Array.from({ length: tensor.size }, () => rng.uniform(low, high));
        noGrad(() => tensor.copyFrom(fromFloat32(values, tensor.shape)));
      };
      for (const [name, tensor] of model.namedBuffers()) {
        if (name.endsWith('running_mean')) random(tensor, -0.2, 0.2);
        if (name.endsWith('running_var')) random(tensor, 0.5, 1.5);
      }
      // And logits that differ: those of a fresh network are all next to 0.
      for (const [name, tensor] of model.namedParameters())
        if (name === 'classifier.weight' || name === 'fc.weight') random(tensor, -weight, weight);
    });
    model.eval();
    const before = liveTensors();
    const bytes = toOnnx({
      model,
      forward: (x) => model.forward(x).task,
      ...{ channels: 3, height: side, width: side },
      normalisation,
      outputName: 'logits',
      metadata: { classes: '["a"]' },
      version: '0.1.0',
    });
    assert.equal(liveTensors(), before, 'tensors left behind');
    const session = await ort.InferenceSession.create(bytes);
    assert.deepEqual(session.inputNames, ['images']);
    assert.deepEqual(session.outputNames, ['logits']);
    // Another number of images than it was traced with.
    const count = 3;
    const rng = new Rng(5, 'images');
    const pixels = Uint8Array.from({ length: count * side * side * 3 }, () => rng.int(0, 256));
    const ours = noGrad(() =>
      scope(() => {
        const x = imageBatch(pixels, [count, side, side, 3], normalisation);
        return model.forward(x).task.toFloat32Array();
      }),
    );
    const planes = new Float32Array(pixels.length);
    for (let i = 0; i < count; i++)
      for (let p = 0; p < side * side; p++)
        for (let c = 0; c < 3; c++)
          planes[(i * 3 + c) * side * side + p] = pixels[(i * side * side + p) * 3 + c] / 255;
    const images = new ort.Tensor('float32', planes, [count, 3, side, side]);
    const { logits } = await session.run({ images });
    assert.deepEqual(logits.dims.slice(0, 2), [count, spec.classes]);
    assert.equal(logits.data.length, ours.length);
    const theirs = logits.data as Float32Array;
    const spread = Math.max(...ours) - Math.min(...ours);
    assert.ok(spread > 0.1, 'the logits say nothing');
    ours.forEach((value, i) => assert.ok(Math.abs(value - theirs[i]) < 1e-4, `${i}`));
    await session.release();
    model.free();
  });
