import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  drawPolicy,
  fromAlbumentations,
  parsePolicy,
  type Json,
  type Params,
  type PolicyNode,
} from '../../../src/augment/index.js';
import { argumentsOf, isKnownClass } from '../../../src/augment/policy/albumentations-arguments.js';
import { fixtures } from '../support/golden.js';

const node = (name: string, args: Params = {}): Params => ({ __class_fullname__: name, ...args });
const file = (version: string, ...members: Json[]): unknown => ({
  __version__: version,
  transform: node('Compose', { transforms: members }),
});
const compose = (json: unknown): PolicyNode & { kind: 'compose' } =>
  fromAlbumentations(json).root as PolicyNode & { kind: 'compose' };

/** As JSON.parse reads 1e999. */
const infinity = JSON.parse('1e999') as number;

function refused(json: unknown, ...messages: RegExp[]): void {
  for (const message of messages)
    assert.throws(() => fromAlbumentations(json), { name: 'UserError', message });
}

test('a chance that is no probability is refused with its place', () => {
  for (const [p, shown] of [
    [2, '2'],
    [-3, '-3'],
    ['0.5', '"0.5"'],
    [infinity, 'Infinity'],
    [true, 'true'],
  ] as const)
    for (const [name, args] of [
      ['HorizontalFlip', {}],
      ['OneOf', { transforms: [node('Blur')] }],
      ['SomeOf', { n: 1, transforms: [node('Blur')] }],
      ['Sequential', { transforms: [] }],
    ] as [string, Params][])
      refused(
        file('2.0.8', node('Blur'), node(name, { p, ...args })),
        new RegExp(`transforms\\[1\\] \\(${name}\\)\\.p`),
        /from 0 to 1/,
        new RegExp(`got: +${shown}`),
      );
  refused(file('1.3.1', node('Blur', { p: -1 })), /transform\.transforms\[0\] \(Blur\)\.p/);
  refused(file('1.3.1', node('Blur', { always_apply: 'yes' })), /always_apply/);
});

test('an unknown argument is refused by name, with the closest known one', () => {
  refused(
    file('2.0.8', node('Blur', { blurlimit: 3 })),
    /"blurlimit"/,
    /did you mean "blur_limit"/,
  );
  refused(file('2.0.8', node('GaussNoise', { variance: 3 })), /"variance"/, /var_limit, mean/);
  refused(file('2.0.8', node('OneOf', { transform: [] })), /did you mean "transforms"/);
  refused(file('2.0.8', node('Resize', { heigth: 8, width: 8 })), /did you mean "height"/);
});

for (const version of ['1.3.1', '2.0.8'])
  test(`classes, arguments and chances are those of Albumentations ${version}`, () => {
    // Made by test/fixtures/augment/policies/signatures.py from the real one.
    const path = join(fixtures, 'policies', `signatures-${version}.json`);
    const signatures = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Params>;
    for (const [name, all] of Object.entries(signatures)) {
      assert.ok(isKnownClass(name), name);
      const { p, ...args } = all;
      const read = argumentsOf(name, args, version === '1.3.1', name);
      assert.equal(read.p, p, name);
      // Left out, they are the same, where they are needed at all.
      const { args: left } = argumentsOf(name, {}, version === '1.3.1', name);
      for (const [key, value] of Object.entries(left))
        assert.deepEqual(value, args[key], `${name}.${key}`);
    }
  });

test('what a file leaves out is what its release takes', () => {
  const chances = { HorizontalFlip: [0.5, 0.5], RandomRotate90: [0.5, 1], Blur: [0.5, 0.5] };
  for (const [name, [old, now]] of Object.entries(chances))
    for (const [version, p] of [
      ['1.3.1', old],
      ['2.0.8', now],
    ] as const)
      assert.equal(compose(file(version, node(name))).members[0].p, p, `${name} of ${version}`);
  const crop = node('RandomCrop', { height: 8, width: 8 });
  const [one, some, cropped] = compose(
    file(
      '2.0.8',
      node('OneOf', { transforms: [crop, node('Blur')] }),
      node('SomeOf', { transforms: [crop, node('Blur')] }),
      crop,
    ),
  ).members as [PolicyNode & { kind: 'oneOf' }, PolicyNode & { kind: 'someOf' }, PolicyNode];
  assert.deepEqual([one.p, ...one.members.map((m) => m.p)], [0.5, 1, 0.5]);
  assert.deepEqual([some.p, some.n, some.replace], [1, 1, false]);
  assert.deepEqual(
    some.members.map((m) => m.p),
    [1, 0.5],
  );
  assert.equal(cropped.p, 1);
  const noise = (version: string): Params =>
    (compose(file(version, node('GaussNoise'))).members[0] as PolicyNode & { kind: 'transform' })
      .options;
  assert.deepEqual(noise('1.3.1'), { varLimit: [10, 50], mean: 0 });
  assert.deepEqual(noise('2.0.8'), { stdRange: [0.2, 0.44], mean: 0 });
  const warp = (version: string): unknown =>
    (
      compose(file(version, node('ShiftScaleRotate'))).members[0] as PolicyNode & {
        kind: 'transform';
      }
    ).options.fill;
  assert.deepEqual([warp('1.3.1'), warp('2.0.8')], [undefined, 0]);
  // 1.3 draws with repetition unless told otherwise, and has no default n.
  const twice = compose(file('1.3.1', node('SomeOf', { n: 3, transforms: [node('Blur')] })))
    .members[0];
  assert.ok(twice.kind === 'someOf' && twice.replace && twice.n === 3);
  refused(
    file('1.3.1', node('SomeOf', { transforms: [node('Blur')] })),
    /\(SomeOf\)\.n/,
    /no value/,
  );
});

test('members that are no transforms, and compositions that hold none, are named', () => {
  refused(file('2.0.8', null), /where: +transform\.transforms\[0\]/, /got: +null/);
  refused(file('2.0.8', node('Blur'), null), /transforms\[1\]/);
  refused(file('2.0.8', node('Blur'), 'Blur', node('Blur')), /transforms\[1\]/);
  refused(file('2.0.8', node('OneOf', { transforms: [null] })), /transforms\[0\]\.transforms\[0\]/);
  refused(file('2.0.8', node('OneOf', { transforms: [] })), /at least one transform/);
  refused(file('2.0.8', node('OneOf')), /\(OneOf\)\.transforms/, /no value/);
  refused(file('2.0.8', { p: 1 }), /__class_fullname__/);
  refused({ __version__: '2.0.8', transform: [] }, /albumentations\.save/);
  refused(file('2.0.8', node('OneOf', { transforms: [node('Blur', { p: 0 })] })), /p above 0/);
});

test('sizes to restore are those of images', () => {
  const pad = (side: Json): Params =>
    node('PadIfNeeded', { min_height: side, min_width: 32, border_mode: 4, p: 1 });
  for (const side of [2 ** 32, 1e308, infinity, 0, -32, 1.5, '32', null]) {
    refused(file('2.0.8', pad(side)), /transforms\[0\] \(PadIfNeeded\)/, /1 to 16384 px/);
    refused(file('2.0.8', node('Resize', { height: 32, width: side })), /\(Resize\)/);
    const own = { version: 1, restore: 'reflect', size: { height: 32, width: side } };
    const root = { kind: 'transform', name: 'Blur' };
    assert.throws(() => parsePolicy({ ...own, root }), { code: 'POLICY', message: /policy\.size/ });
  }
  assert.deepEqual(fromAlbumentations(file('2.0.8', pad(16384))).size, {
    width: 32,
    height: 16384,
  });
  // 2.0 pads with black where a file names no border.
  refused(file('2.0.8', node('PadIfNeeded')), /border_mode 4/);
  refused(file('2.0.8', node('Blur'), { ...pad(32), position: 'top_left' }), /centred/);
  refused(file('2.0.8', pad(32), node('Blur')), /as the last member/);
});

test('nesting and numbers of draws have a limit', () => {
  const nested = (depth: number, wrap: (inner: Json) => Params): Json =>
    Array.from({ length: depth }).reduce<Json>((inner) => wrap(inner), node('Blur'));
  const sequential = (inner: Json): Params => node('Sequential', { transforms: [inner] });
  fromAlbumentations(file('2.0.8', nested(50, sequential)));
  for (const depth of [100, 2000, 20_000])
    refused(file('2.0.8', nested(depth, sequential)), /at most 64 levels/);
  const own = (root: unknown): unknown => ({ version: 1, restore: 'none', root });
  const leaf = { kind: 'transform', name: 'Blur' };
  const deep = Array.from({ length: 2000 }).reduce<unknown>(
    (inner) => ({ kind: 'compose', members: [inner] }),
    leaf,
  );
  assert.throws(() => parsePolicy(own(deep)), { code: 'POLICY', message: /levels/ });
  const some = (n: number, inner: unknown): object => ({
    kind: 'someOf',
    n,
    replace: true,
    members: [inner],
  });
  for (const root of [
    some(1e9, leaf),
    some(100, some(100, leaf)),
    some(1e9, { kind: 'compose', members: [] }),
  ])
    assert.throws(() => parsePolicy(own(root)), { code: 'POLICY', message: /at most 1000 drawn/ });
  refused(
    file('1.3.1', node('SomeOf', { n: 1e9, transforms: [node('Blur')] })),
    /at most 1000 drawn/,
  );
  const many = parsePolicy(own(some(500, { ...leaf, p: 0.1 })));
  const key = { seed: 1, purpose: 'train', epoch: 0, index: 0 };
  assert.ok(drawPolicy(many, { width: 8, height: 8 }, key).length < 150);
  const wide = own({ kind: 'compose', members: Array.from({ length: 1001 }, () => leaf) });
  assert.throws(() => parsePolicy(wide), { code: 'POLICY', message: /1002 parts/ });
});

test('weights have a finite sum, and a draw has something to draw from', () => {
  const own = (rest: object): unknown => ({
    version: 1,
    restore: 'none',
    root: { kind: 'someOf', n: 1, members: [{ kind: 'transform', name: 'Blur' }], ...rest },
  });
  for (const weights of [[infinity], [-1], [0], ['1'], [1, 1], 1])
    assert.throws(() => parsePolicy(own({ weights })), { code: 'POLICY', message: /weights/ });
  assert.throws(() => parsePolicy(own({ members: [], replace: true })), { message: /members/ });
});

test('a parameter that is missing is named with those that are unknown beside it', () => {
  const crop = (options: Params): unknown => ({
    version: 1,
    restore: 'none',
    root: { kind: 'transform', name: 'RandomCrop', options },
  });
  assert.throws(() => parsePolicy(crop({ width: 8, heigth: 8 })), {
    code: 'TRANSFORM_OPTION',
    message: /"height" is missing[^]*heigth[^]*rename "heigth" to "height"/,
  });
});
