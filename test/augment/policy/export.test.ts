import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  exportAlbumentationsFile,
  exportPolicyAs,
  fromAlbumentations,
  isEmptyPolicy,
  parsePolicy,
  policyFormatNames,
  policyFormats,
  policyOfSubset,
  thesisSet,
  transformNames,
  type ExportablePolicy,
  type PolicyFormatName,
} from '../../../src/augment/index.js';
import { packageRoot } from '../../../src/core/index.js';
import { fixtures } from '../support/golden.js';

const size = { height: 48, width: 64 };
const leaf = (name: string, p = 1, options = {}) => ({ kind: 'transform', name, options, p });

/** Every part that a run's policies have; names of the user's own with signs that Python and YAML read. */
const exported: ExportablePolicy = {
  size,
  source: {
    run: 'photos "run"',
    data: 'C:\\data\\new"""\n',
    date: '2026-01-02',
    set: 'recommended',
    version: '0.1.0',
  },
  omitted: [{ name: 'VerticalFlip', difference: 'it breaks the labels of six' }],
  policy: parsePolicy({
    version: 1,
    restore: 'reflect',
    size,
    root: {
      kind: 'compose',
      members: [
        leaf('PaddedCrop', 1, { padding: 0.0625 }),
        leaf('HorizontalFlip', 0.5),
        {
          kind: 'oneOf',
          members: [
            { kind: 'compose', members: [] },
            ...thesisSet()
              .filter(({ name }) => !/Crop|Horizontal/.test(name))
              .map(({ name }) => leaf(name)),
            leaf('ShiftScaleRotate', 1, { rotateLimit: [-5, 10], scaleLimit: 0, shiftLimit: 0 }),
          ],
        },
      ],
    },
  }),
  last: {
    share: 0.1,
    policy: policyOfSubset({ size: 3, p: 0.5, restore: 'reflect', transforms: thesisSet() }, size),
  },
};

const golden = (format: PolicyFormatName): string =>
  join(fixtures, 'exports', `${format}.${policyFormats[format].file.split('.')[1]}`);

describe('every format', () => {
  for (const format of policyFormatNames)
    test(`${format} is the file that scripts/checks/exports was run with, and says where it comes from`, () => {
      const { text, approximate, omitted } = exportPolicyAs(format, exported);
      assert.equal(text, readFileSync(golden(format), 'utf8'));
      assert.match(text, /Learned by safe-augment 0\.1\.0 from C:.*on 2026-01-02/);
      assert.match(text, /set recommended/);
      assert.match(text, /Checked with .*\d+\.\d+/);
      // Whatever differs stands in the head, by name.
      for (const { name } of [...approximate, ...omitted])
        assert.ok(text.includes(`- ${name}: `), name);
      assert.deepEqual(omitted[0], exported.omitted?.[0]);
    });

  test('a part that a tool lacks does nothing in its place: the chances of others stay', () => {
    const { text } = exportPolicyAs('torchvision', exported);
    const [, members = ''] = /RandomChoice\(\[\n([^]*?)\n {8}\], p=\[/.exec(text) ?? [];
    const weights = /^ {8}\], p=\[([\d., ]+)\]/m.exec(text)?.[1].split(', ') ?? [];
    assert.equal(weights.length, 13);
    assert.equal(members.match(/^ {12}v2\.Identity\(\),$/gm)?.length, 2);
  });

  test('Python compiles', { skip: !hasPython() && 'no python3' }, () => {
    for (const format of policyFormatNames) {
      const { text } = exportPolicyAs(format, exported);
      if (!policyFormats[format].file.endsWith('.py')) continue;
      const { status, stderr } = spawnSync(
        'python3',
        ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'],
        {
          input: text,
          encoding: 'utf8',
        },
      );
      assert.equal(status, 0, `${format}: ${stderr}`);
    }
  });
});

function hasPython(): boolean {
  return spawnSync('python3', ['--version']).status === 0;
}

test('settings are off where the policy does not contain them, and chances are those of the tree', () => {
  const { text } = exportPolicyAs('ultralytics', { ...exported, perPixel: true });
  assert.match(text, /^fliplr: 0\.5 /m);
  assert.match(text, /^flipud: 0\.0769231 /m);
  assert.match(text, /^degrees: 5\.0 /m);
  for (const off of [
    'hsv_h',
    'hsv_s',
    'shear',
    'perspective',
    'bgr',
    'mosaic',
    'mixup',
    'cutmix',
    'copy_paste',
    'erasing',
  ])
    assert.match(text, new RegExp(`^${off}: 0\\.0 `, 'm'));
  assert.match(text, /^auto_augment: null/m);
  const { text: flags } = exportPolicyAs('timm', exported);
  assert.match(flags, /"--hflip", "0\.5", "--vflip", "0\.0769231"/);
  assert.match(flags, /"re_prob": 0,/);
});

test('classify reads no rotation: it is left out, and said', () => {
  const { text, omitted } = exportPolicyAs('ultralytics', exported);
  assert.match(text, /^degrees: 0\.0 /m);
  assert.ok(omitted.some(({ name }) => name === 'ShiftScaleRotate'));
});

describe('the wide set', () => {
  const wideNames = transformNames.slice(thesisSet().length);
  const noSettings = ['Perspective', 'Sharpness', 'Posterize', 'Solarize', 'Equalize'];
  /** What the table of docs/export.md says is left out of the wide set. */
  const leftOut: Record<PolicyFormatName | 'located', string[]> = {
    albumentations: ['Perspective', 'Sharpness'],
    torchvision: [],
    fastai: [],
    autogluon: [],
    keras: ['ImageCompression'],
    kornia: [],
    monai: [],
    timm: [...noSettings, 'Translate', 'Shear', 'AutoContrast', 'ImageCompression'],
    ultralytics: [
      ...[...noSettings, 'Translate', 'Shear', 'AutoContrast', 'GaussianBlur'],
      'ImageCompression',
    ],
    located: [
      ...[...noSettings, 'AutoContrast', 'GaussianBlur', 'ImageCompression', 'RandomErasing'],
      'RandomResizedCrop',
    ],
  };
  const of = (...members: object[]): ExportablePolicy => ({
    size,
    policy: parsePolicy({
      version: 1,
      restore: 'reflect',
      size,
      root: { kind: 'oneOf', members: members },
    }),
  });
  const all = of(...wideNames.map((name) => leaf(name)));

  for (const [key, names] of Object.entries(leftOut))
    test(`${key} has a form for all that its table claims, and names the rest`, () => {
      const format = key === 'located' ? 'ultralytics' : (key as PolicyFormatName);
      const { text, omitted } = exportPolicyAs(format, { ...all, perPixel: key === 'located' });
      assert.deepEqual(omitted.map(({ name }) => name).sort(), names.toSorted());
      for (const name of names) assert.ok(text.includes(`- ${name}: `), name);
    });

  test('what is moved shows the label 255 outside, unless its border is mirrored', () => {
    const moved = ['Translate', 'Shear', 'Perspective'];
    for (const format of ['kornia', 'monai', 'keras'] as const) {
      const { text } = exportPolicyAs(format, of(...moved.map((name) => leaf(name))));
      const policy = text.slice(text.indexOf('\ntransform'));
      assert.equal(policy.match(/fill=0[,)]/g)?.length, 3, format);
      assert.match(text, /fill is None else 255/);
      const { text: mirrored } = exportPolicyAs(format, of(leaf('Shear', 1, { fill: null })));
      assert.match(mirrored, /fill=None[,)]/);
    }
    const { text } = exportPolicyAs('albumentations', of(leaf('Shear')));
    assert.match(text, /fill_mask=255/);
    assert.match(text, /cval_mask=255/);
  });

  test(
    'Python compiles, and contains no helper that it does not use',
    { skip: !hasPython() },
    () => {
      const program = `
import ast, json, sys
for name, text in json.load(sys.stdin):
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    defined = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    modules = [a for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names]
    known = defined | {(a.asname or a.name).split(".")[0] for a in modules}
    print(name, *sorted(known - {n.id for n in nodes if isinstance(n, ast.Name)}))`;
      const files = wideNames.flatMap((name) =>
        policyFormatNames
          .filter((format) => policyFormats[format].file.endsWith('.py'))
          .map((format) => [format, exportPolicyAs(format, of(leaf(name))).text]),
      );
      const input = JSON.stringify(files);
      const { stdout, stderr } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
      assert.equal(stderr, '');
      const unused = new Set(
        stdout
          .trim()
          .split('\n')
          .flatMap((line) => line.split(' ').slice(1)),
      );
      // Each one of a block that defines several.
      assert.deepEqual([...unused].sort(), ['posterized', 'solarized', 'where']);
    },
  );

  test('settings reach as far as what was judged, and stay off where a tool goes further', () => {
    const { text } = exportPolicyAs('ultralytics', all);
    assert.match(text, /^hsv_h: 0\.111111 /m);
    assert.match(text, /^hsv_s: 0\.117647 /m);
    assert.match(text, /^erasing: 0\.0769231 /m);
    assert.match(text, /^scale: 0\.92 /m);
    const { text: located } = exportPolicyAs('ultralytics', { ...all, perPixel: true });
    assert.match(located, /^hsv_v: 0\.0784314 /m);
    assert.match(located, /^translate: 0\.1 /m);
    assert.match(located, /^shear: 10\.0 /m);
    const { text: timm } = exportPolicyAs('timm', all);
    assert.match(timm, /"color_jitter": \(0\.0784314, 0, 0\.117647, 0\.111111\)/);
    assert.match(timm, /"re_prob": 0\.0769231,/);
    assert.match(timm, /"--reprob", "0\.0769231", "--remode", "const"/);
    assert.match(timm, /"scale": \(0\.08, 1\)/);
    assert.match(timm, /"gaussian_blur_prob": 0\.0769231,/);
    const gentle = of(
      leaf('RandomErasing', 1, { scale: [0.02, 0.1] }),
      leaf('GaussianBlur', 1, { sigmaLimit: [0.5, 1] }),
      leaf('HueSaturationValue', 1, {
        ...{ hueShiftLimit: [5, 20], satShiftLimit: [3, 9], valShiftLimit: [-9, -3] },
      }),
    );
    for (const format of ['timm', 'ultralytics'] as const)
      assert.equal(exportPolicyAs(format, gentle).omitted.length, 3, format);
  });

  test('Albumentations says what is another thing there; of a release without it, it does nothing', () => {
    const { text, approximate } = exportPolicyAs('albumentations', all);
    assert.match(text, /\("Erasing", dict\(.*\)\),\s+\("NoOp", dict\(\)\)/);
    for (const name of ['Equalize', 'ImageCompression', 'Shear'])
      assert.ok(
        approximate.some((known) => known.name === name),
        name,
      );
    const before = exportAlbumentationsFile(all, '1.3');
    assert.match(before.text, /"NoOp"/);
    assert.deepEqual(
      before.omitted.map(({ name }) => name),
      ['Perspective', 'RandomErasing', 'Sharpness', 'AutoContrast'],
    );
    const now = exportAlbumentationsFile(all, '2.0').approximate.map(({ name }) => name);
    assert.ok(now.includes('Equalize') && !now.includes('Translate'));
  });
});

test('the file of albumentations.load is of one release, and is read again', () => {
  for (const release of ['1.3', '1.4', '2.0'] as const) {
    const policy = {
      ...exported,
      policy: policyOfSubset({ size: 2, p: 0.5, restore: 'none', transforms: thesisSet() }, size),
    };
    const { text, omitted } = exportAlbumentationsFile(policy, release);
    assert.equal(fromAlbumentations(JSON.parse(text)).root.kind, 'compose');
    assert.ok(omitted.some(({ name }) => name === 'the last epochs'));
  }
});

test('a policy without content is seen as such', () => {
  const of = (root: object) => isEmptyPolicy(parsePolicy({ version: 1, restore: 'none', root }));
  assert.ok(of({ kind: 'compose', members: [] }));
  assert.ok(of({ kind: 'someOf', n: 0, members: [] }));
  assert.ok(of({ kind: 'oneOf', members: [{ kind: 'compose', members: [] }] }));
  assert.ok(!of({ kind: 'oneOf', members: [{ kind: 'compose', members: [] }, leaf('Blur')] }));
});

test('every golden file has its format', () => {
  for (const format of policyFormatNames) assert.ok(existsSync(golden(format)), format);
  assert.ok(existsSync(join(packageRoot(), 'scripts/checks/exports/check.py')));
});
