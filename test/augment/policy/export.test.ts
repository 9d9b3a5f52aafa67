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
