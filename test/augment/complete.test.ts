import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  createTransform,
  exportTorchvision,
  fromAlbumentations,
  thesisNames,
  toAlbumentations,
  transformNames,
  UserError,
  type Policy,
  type TransformName,
} from '../../src/augment/index.js';
import type { Params } from '../../src/augment/transform.js';
import type { AlbumentationsForm } from '../../src/augment/definition/albumentations-form.js';
import { transformDefinitions } from '../../src/augment/transforms/index.js';
import { packageRoot, readGolden } from './support/golden.js';
import { everyName } from './support/pictures.js';

// Nothing may be registered and forgotten elsewhere. That fast kernels give the bytes of the reference ones is tried for
// every name in variants.slow.test.ts, the contract of all transforms in contract.test.ts.

/** Of the others, wide/wide-set.test.ts says which library they equal. */
const isThesis = (name: TransformName): boolean => thesisNames.includes(name);

/** Random values cannot be compared byte by byte: their distribution is, in noise.test.ts. */
const byDistribution: readonly string[] = ['GaussNoise'] satisfies TransformName[];

const size = { width: 32, height: 40 };
const alone = (name: string): Policy => ({
  version: 1,
  restore: 'none',
  root: { kind: 'transform', name, options: {}, p: 1 },
});

for (const version of ['1.3.1', '2.0.8'])
  test(`every transform of the fifteen has golden cases of Albumentations ${version}`, () => {
    const tried = new Set(readGolden(version).cases.map((c) => c.transform));
    const written = transformDefinitions.filter(
      ({ name, albumentations }) =>
        albumentations !== null && !byDistribution.includes(name) && isThesis(name),
    );
    assert.deepEqual(
      written.map(({ name }) => name).filter((name) => !tried.has(name)),
      [],
    );
  });

for (const release of ['1.3', '2.0'] as const)
  test(`what a definition writes for Albumentations ${release} it reads again`, () => {
    for (const { name, albumentations } of transformDefinitions) {
      const { options } = createTransform({ name });
      const form: AlbumentationsForm<Params> | null = albumentations;
      if (form === null || form.write(options, release, size) === null) {
        assert.throws(() => toAlbumentations(alone(name), size, release), UserError);
        continue;
      }
      const file = toAlbumentations(alone(name), size, release);
      const { root } = fromAlbumentations(JSON.parse(JSON.stringify(file)));
      assert.ok(root.kind === 'compose' && root.members[0].kind === 'transform');
      assert.equal(root.members[0].name, name);
      // Written once more, the options are the same: what is relative has become absolute the first time.
      const again = { ...alone(name), root: root.members[0] };
      assert.deepEqual(toAlbumentations(again, size, release), file, name);
    }
  });

test('what a definition says of torchvision is what is exported', () => {
  for (const { name, torchvision } of transformDefinitions) {
    const { code, missing } = exportTorchvision(alone(name), size);
    assert.deepEqual(missing, torchvision === null ? [name] : []);
    for (const helper of Object.values(torchvision?.helpers ?? {}))
      assert.ok(code.includes(helper), `${name} exports its Python class`);
  }
});

test('magnitudes are options that the transform takes, up to the ones it has', () => {
  for (const name of everyName)
    for (const { option, unit, full, at } of createTransform({ name }).magnitudes(size)) {
      assert.ok(full > 0 && unit.length > 0, `${name}.${option}`);
      for (const f of [0.25, 0.5, 1])
        assert.doesNotThrow(() => createTransform({ name, options: at(f) }), `${name}.${option}`);
    }
});

test('docs/augment.md names every transform, operation and control', () => {
  const text = readFileSync(join(packageRoot(), 'docs/augment.md'), 'utf8');
  const rows = transformNames.filter((name) => !new RegExp(`^\\| ${name} +\\|`, 'm').test(text));
  assert.deepEqual(rows, [], 'rows missing in the table of transforms');
  const unnamed = everyName.filter((name) => !text.includes(name));
  assert.deepEqual(unnamed, []);
});
