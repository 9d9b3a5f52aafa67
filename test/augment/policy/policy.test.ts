import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  applySteps,
  drawPolicy,
  exportTorchvision,
  fromAlbumentations,
  parsePolicy,
  policyOfSubset,
  thesisSet,
  toAlbumentations,
  type Policy,
  type PolicyNode,
} from '../../../src/augment/index.js';
import { fixtures } from '../support/golden.js';
import { picture } from '../support/pictures.js';

const key = { seed: 1, purpose: 'train', epoch: 0, index: 0 };
const size = { width: 32, height: 32 };
/** A policy with something wrong in it. */
interface Loose {
  size?: unknown;
  root: Record<string, unknown> & { members: Record<string, unknown>[] };
}

const leaf = (name: string, p = 1, options = {}): PolicyNode => ({
  kind: 'transform',
  name,
  options,
  p,
});

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(fixtures, 'policies', name), 'utf8'));
}

/** Every transform of the fifteen, options off their defaults, in a tree of every kind of part. */
const wide: Policy = {
  version: 1,
  restore: 'reflect',
  size,
  root: {
    kind: 'compose',
    p: 1,
    members: [
      leaf('HorizontalFlip', 0.5),
      {
        kind: 'oneOf',
        p: 0.75,
        members: [leaf('VerticalFlip', 0.5), leaf('RandomRotate90', 0.25), leaf('Transpose')],
      },
      {
        kind: 'someOf',
        n: 2,
        replace: false,
        order: 'random',
        p: 1,
        members: [
          leaf('ToGray', 0.5),
          leaf('ShiftScaleRotate', 0.5, { shiftLimit: 0.1, rotateLimit: [-10, 20] }),
          leaf('RandomGamma', 0.25, { gammaLimit: [70, 130] }),
          leaf('CLAHE', 0.5, { clipLimit: [2, 3], tilesX: 4, tilesY: 5 }),
        ],
      },
      leaf('RandomCrop', 0.5, { height: 30, width: 30 }),
      leaf('CenterCrop', 0.5, { height: 28, width: 28 }),
      leaf('RandomSizedCrop', 0.5, {
        minMaxHeight: [20, 25],
        height: 28,
        width: 28,
        w2hRatio: 0.9,
      }),
      leaf('RandomContrast', 0.5, { limit: 0.3 }),
      leaf('RandomBrightness', 0.5, { limit: [-0.1, 0.3] }),
      {
        kind: 'compose',
        p: 0.5,
        members: [
          leaf('Blur', 0.5, { blurLimit: [3, 5] }),
          leaf('GaussNoise', 0.5, { varLimit: [20, 40], perChannel: false }),
        ],
      },
    ],
  },
};

test('our JSON survives a round trip; what does not fit is named with its place', () => {
  assert.deepEqual(parsePolicy(JSON.parse(JSON.stringify(wide))), wide);
  const bad = (change: (p: Loose) => unknown, message: RegExp): void => {
    const copy = structuredClone(wide);
    change(copy as unknown as Loose);
    assert.throws(() => parsePolicy(copy), { name: 'UserError', message });
  };
  bad((p) => (p.root.members[0].p = 2), /root\.members\[0\]\.p/);
  bad((p) => (p.root.members[0].name = 'HorizontalFlop'), /HorizontalFlip/);
  bad((p) => (p.root.members[2].n = 9), /members\[2\]\.n/);
  bad((p) => (p.root.members[1].kind = 'anyOf'), /members\[1\]\.kind/);
  bad((p) => (p.root.colour = 1), /root\.colour/);
  bad((p) => delete p.size, /policy\.size/);
  bad((p) => (p.root.members[6].options = { limit: 'a' }), /limit/);
});

test('probabilities: compose, oneOf by weight, someOf without repetition', () => {
  const n = 4000;
  const counts: Record<string, number> = {};
  const policy: Policy = {
    version: 1,
    restore: 'none',
    root: {
      kind: 'compose',
      p: 1,
      members: [
        leaf('ControlInvert', 0.3),
        { kind: 'oneOf', p: 0.5, members: [leaf('ControlNothingA', 0.9), leaf('ToGray', 0.3)] },
        {
          kind: 'someOf',
          n: 2,
          replace: false,
          order: 'listed',
          p: 1,
          members: [leaf('Transpose', 0.5), leaf('VerticalFlip'), leaf('HorizontalFlip')],
        },
      ],
    },
  };
  for (let index = 0; index < n; index++) {
    const names = drawPolicy(policy, size, { ...key, index }).map((s) => s.name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
    const order = ['Transpose', 'VerticalFlip', 'HorizontalFlip'];
    const some = names.filter((name) => order.includes(name));
    assert.deepEqual(
      some,
      [...some].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    );
  }
  const expected = {
    ControlInvert: 0.3,
    ControlNothingA: 0.375,
    ToGray: 0.125,
    Transpose: 1 / 3,
    VerticalFlip: 2 / 3,
    HorizontalFlip: 2 / 3,
  };
  for (const [name, rate] of Object.entries(expected))
    assert.ok(Math.abs(counts[name] / n - rate) < 0.03, `${name}: ${counts[name] / n}`);
});

test('a policy draws and applies at any size, the same for the same key', () => {
  const image = picture(32, 32, 3);
  for (let index = 0; index < 100; index++) {
    const steps = drawPolicy(wide, image, { ...key, index });
    assert.deepEqual(drawPolicy(structuredClone(wide), image, { ...key, index }), steps);
    const result = applySteps(image, steps, { restore: wide.restore, size });
    assert.deepEqual([result.width, result.height], [32, 32]);
  }
});

for (const release of ['1.3', '2.0'] as const)
  test(`what we write for Albumentations ${release} is the file that ${release} was checked with`, () => {
    // policies/check.py loads this very file with the real release.
    const written = toAlbumentations(wide, size, release);
    assert.deepEqual(written, read(`ours-${release}.json`));
  });

for (const version of ['1.3.1', '2.0.8'])
  test(`a file of Albumentations ${version} with all fifteen is read`, () => {
    const policy = fromAlbumentations(read(`albumentations-${version}.json`));
    assert.equal(policy.restore, 'reflect');
    assert.deepEqual(policy.size, size);
    assert.deepEqual(parsePolicy(policy), policy);
    const leaves = new Map(allLeaves(policy.root).map((l) => [l.name, l]));
    assert.deepEqual(
      [...leaves.keys()].sort(),
      thesisSet()
        .map((t) => t.name)
        .sort(),
    );
    const options = (name: string): Record<string, unknown> => leaves.get(name)!.options;
    assert.equal(leaves.get('HorizontalFlip')!.p, 0.3);
    assert.deepEqual(options('RandomCrop'), { height: 30, width: 28 });
    assert.deepEqual(options('RandomSizedCrop'), {
      minMaxHeight: [18, 25],
      height: 24,
      width: 26,
      w2hRatio: 0.9,
    });
    assert.deepEqual(options('RandomContrast'), { limit: [-0.3, 0.3] });
    assert.deepEqual(options('RandomBrightness'), { limit: [-0.1, 0.2] });
    assert.deepEqual(options('CLAHE'), { clipLimit: [2, 3], tilesX: 4, tilesY: 5 });
    assert.deepEqual(options('Blur'), { blurLimit: [3, 5] });
    assert.deepEqual(options('ShiftScaleRotate').rotateLimit, [-20, 20]);
    assert.equal(options('GaussNoise').perChannel, false);
    const [, , some] = (policy.root as PolicyNode & { kind: 'compose' }).members;
    assert.equal(some.kind, 'someOf');
    // 1.3 uses what it has drawn for certain; 2.0 keeps each member's own probability.
    const members = (some as PolicyNode & { kind: 'someOf' }).members;
    assert.ok(members.every((m) => m.p === (version === '1.3.1' ? 1 : 0.5)));
  });

for (const version of ['1.3.1', '2.0.8'])
  test(`a file of Albumentations ${version} with another transform names it`, () => {
    assert.throws(() => fromAlbumentations(read(`albumentations-${version}-unknown.json`)), {
      name: 'UserError',
      code: 'POLICY',
      message: /GridDistortion/,
    });
  });

test('what we write we read again', () => {
  const again = fromAlbumentations(toAlbumentations(wide, size, '2.0'));
  assert.equal(again.restore, 'reflect');
  const names = (node: PolicyNode): string[] => allLeaves(node).map((l) => `${l.name} ${l.p}`);
  assert.deepEqual(names(again.root), names(wide.root));
});

test('a subset of the thesis set goes to both formats, crops absolute for the size', () => {
  const subset = { size: 3, p: 0.5, restore: 'reflect' as const, transforms: thesisSet() };
  const file = JSON.stringify(toAlbumentations(subset, size));
  assert.match(file, /"RandomCrop","p":0.5,"height":25,"width":25/);
  assert.match(file, /"RandomOrder","p":1,"n":3/);
  const policy = policyOfSubset(subset, size);
  assert.deepEqual(parsePolicy(policy), policy);
  assert.deepEqual(parsePolicy({ version: 1, ...size, ...subset }), policy);
  const { code, missing, approximate } = exportTorchvision(subset, size);
  assert.deepEqual(missing, ['CLAHE']);
  assert.deepEqual(
    approximate.map((a) => a.name),
    ['RandomSizedCrop'],
  );
  assert.match(code, /Left out:\n- CLAHE: torchvision has no equivalent/);
  assert.equal(code, readFileSync(join(fixtures, 'policies', 'ours_torchvision.py'), 'utf8'));
});

test('controls and old semantics have no counterpart', () => {
  const of = (node: PolicyNode): Policy => ({ version: 1, restore: 'none', root: node });
  assert.throws(() => toAlbumentations(of(leaf('ControlInvert')), size), { code: 'POLICY' });
  const old = leaf('RandomGamma', 1, { semantics: 'albumentations-0.1.1' });
  assert.throws(() => toAlbumentations(of(old), size), { code: 'POLICY', message: /semantics/ });
});

function allLeaves(node: PolicyNode): (PolicyNode & { kind: 'transform' })[] {
  return node.kind === 'transform' ? [node] : node.members.flatMap(allLeaves);
}
