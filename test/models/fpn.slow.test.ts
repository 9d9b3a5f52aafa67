import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Rng, UserError } from '../../src/core/index.js';
import { buildModel, loadTrunk, loadWeights, type ModelSpec } from '../../src/models/index.js';
import * as t from '../../src/tensor/index.js';
import { fixturePath } from '../data/folders.js';
import { assertClose, fill, leaf, type Packed } from '../tensor/reference.js';
import { weight } from './weight.js';

t.setThreads(2);

/** PyTorch's numbers, made by test/fixtures/segmentation/make.py. */
const reference = JSON.parse(
  gunzipSync(readFileSync(fixturePath('segmentation/reference.json.gz'))).toString('utf8'),
) as {
  model: {
    state: Record<string, number[]>;
    eval: { shape: number[]; task: number[]; labels: number[] };
    loss: number;
    gradients: Record<string, [number, number]>;
  };
  operators: Record<string, Packed>;
};

const classes = 5;
const labels = 4;
const ignored = 255;
const spec: ModelSpec = { name: 'densenet121', outputs: 'pixel', classes, labels };

/** As make.py's `target`: the value above the classes stands for the ignored ones. */
function target(shape: number[]): t.Tensor {
  const values = fill('target', shape, 0, classes + 1).toFloat32Array();
  return t.fromInt64(
    Array.from(values, (value) => (value >= classes ? ignored : Math.floor(value))),
    shape,
  );
}

function filled() {
  const model = buildModel(spec, new Rng(1));
  const own = [...model.namedState()].map(([key, tensor]) => [key, [...tensor.shape]]);
  assert.deepEqual(Object.fromEntries(own), reference.model.state);
  const weights = Object.entries(reference.model.state).map(
    ([key, shape]) => [key, weight(key, shape)] as const,
  );
  loadWeights(model, new Map(weights));
  return model;
}

test("FPN on DenseNet-121: PyTorch's logits a pixel at odd sides, and labels", () =>
  t.scope(() => {
    const model = filled().eval();
    const out = t.noGrad(() => model.forward(fill('input', [1, 3, 75, 93])));
    const { shape, task, labels: expected } = reference.model.eval;
    assert.deepEqual([...out.task.shape], shape);
    const all = out.task.toFloat32Array();
    const seen: number[] = [];
    for (let c = 0; c < classes; c++)
      for (let y = 0; y < 75; y += 7)
        for (let x = 0; x < 93; x += 7) seen.push(all[(c * 75 + y) * 93 + x]);
    assertClose(seen, task, 2e-4, 'task');
    assertClose(out.labels.toFloat32Array(), expected, 2e-4, 'labels');
    model.free();
  }));

for (const fused of [true, false])
  test(`FPN on DenseNet-121: PyTorch's loss and gradients (${fused ? 'fused' : 'plain'})`, () =>
    t.scope(() => {
      t.setFusion(fused);
      try {
        const model = filled().train();
        const out = model.forward(t.channelsLast(fill('input', [2, 3, 96, 64])));
        const loss = t.add(
          t.crossEntropy(out.task, target([2, 96, 64]), {
            weight: fill('class', [classes], 0.5, 2),
            ignoreIndex: ignored,
          }),
          t.bceWithLogits(out.labels, fill('applied', [2, labels], 0, 1)),
        );
        assertClose([loss.item()], [reference.model.loss], 1e-5, 'loss');
        loss.backward();
        for (const [name, parameter] of model.namedParameters()) {
          const [size, projected] = reference.model.gradients[name];
          const grad = t.contiguous(parameter.grad!).toFloat32Array();
          const other = fill('g', parameter.shape).toFloat32Array();
          let sum = 0;
          let product = 0;
          grad.forEach((g, i) => {
            sum += Math.abs(g);
            product += g * other[i];
          });
          // Against the gradient's own size, sums of both signs cancel. The reference is in double
          // precision, from which PyTorch's own single precision differs by up to 0.001 here.
          const allowed = 5e-3 * Math.max(size, 1e-4);
          assert.ok(Math.abs(sum - size) < allowed, `${name}: size ${sum}, expected ${size}`);
          assert.ok(Math.abs(product - projected) < allowed, `${name}: ${product}, ${projected}`);
        }
        model.free();
      } finally {
        t.setFusion(true);
      }
    }));

for (const [name, options] of [
  ['groupNorm', undefined],
  ['ignored', {}],
  ['weighted', { weight: () => fill('class', [classes], 0.5, 2) }],
] as const)
  test(`${name} agrees with PyTorch, forwards and backwards`, () =>
    t.scope(() => {
      const { y: expected, grads, shape } = reference.operators[name];
      let leaves: t.Tensor[];
      let y: t.Tensor;
      if (options === undefined) {
        const [x, w, b] = [leaf('x', 2, 6, 5, 4), leaf('w', 6), leaf('b', 6)];
        leaves = [x, w, b];
        y = t.groupNorm(x, 3, { weight: w, bias: b });
        t.sum(t.mul(y, fill('g', shape))).backward();
      } else {
        const x = leaf('x', 2, classes, 6, 7);
        leaves = [x];
        const given = 'weight' in options ? { weight: options.weight() } : {};
        y = t.crossEntropy(x, target([2, 6, 7]), { ignoreIndex: ignored, ...given });
        y.backward();
      }
      assertClose(y.toFloat32Array(), expected, 2e-5, name);
      leaves.forEach((each, i) =>
        assertClose(each.grad!.toFloat32Array(), grads[i], 5e-5, `${name}: gradient ${i}`),
      );
    }));

test('a batch whose pixels are all ignored has no loss of its own: not a number, in plain sight', () =>
  t.scope(() => {
    const all = t.fromInt64(new Array<number>(4).fill(ignored), [1, 2, 2]);
    assert.ok(
      Number.isNaN(t.crossEntropy(fill('x', [1, 3, 2, 2]), all, { ignoreIndex: ignored }).item()),
    );
  }));

for (const [stem, stride] of [
  ['imagenet', 2],
  ['small', 1],
] as const)
  test(`FPN on resnet-small, ${stem} stem: full size, labels, grey, too small is refused`, () =>
    t.scope(() => {
      const model = buildModel(
        { name: 'resnet-small', outputs: 'pixel', stem, classes: 3, labels: 5, channels: 1 },
        new Rng(1),
      ).eval();
      const run = (h: number, w: number) => t.noGrad(() => model.forward(fill('x', [2, 1, h, w])));
      assert.equal(model.smallest, 8 * stride);
      const out = run(model.smallest, model.smallest + 5);
      assert.deepEqual([...out.task.shape], [2, 3, model.smallest, model.smallest + 5]);
      assert.deepEqual([...out.labels.shape], [2, 5]);
      assert.throws(
        () => run(model.smallest - 1, 64),
        (error: Error) => error instanceof UserError && error.code === 'IMAGE_TOO_SMALL',
      );
      model.free();
    }));

test("a classifier's weights go into the trunk of an FPN, and only there", () =>
  t.scope(() => {
    const classifier = buildModel({ name: 'densenet121', classes: 10, labels: 0 }, new Rng(1));
    const fpn = buildModel(spec, new Rng(2));
    const before = fpn.namedState().get('fpn.lateral1.weight')!.toFloat32Array();
    const old = /^(.*denselayer\d+\.(?:norm|conv))([12])\./;
    const renamed = [...classifier.namedState()].map(
      ([key, tensor]) => [key.replace(old, '$1.$2.'), tensor] as const,
    );
    const { loaded, of, unused } = loadTrunk(fpn, new Map(renamed));
    assert.equal(
      loaded,
      [...fpn.namedState().keys()].filter((k) => k.startsWith('features.')).length,
    );
    assert.deepEqual(unused, ['classifier.weight', 'classifier.bias']);
    assert.equal(of, loaded + unused.length);
    for (const [key, tensor] of classifier.namedState())
      if (key.startsWith('features.'))
        assert.deepEqual(fpn.namedState().get(key)!.toFloat32Array(), tensor.toFloat32Array(), key);
    assert.deepEqual(fpn.namedState().get('fpn.lateral1.weight')!.toFloat32Array(), before);
    const other = buildModel({ name: 'densenet161', classes: 10, labels: 0 }, new Rng(1));
    assert.throws(
      () => loadTrunk(fpn, other.namedState()),
      (error: Error) =>
        error instanceof UserError &&
        error.code === 'WEIGHTS_MISMATCH' &&
        /features\.conv0\.weight/.test(error.message),
    );
    for (const model of [classifier, fpn, other]) model.free();
  }));
