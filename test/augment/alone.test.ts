import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = join(dirname(fileURLToPath(import.meta.url)), '../../src');

test('the augmentations work alone: without the engine, without any package', () => {
  // A copy with nothing beside it: an import of libtorch's addon, sharp or zod would fail.
  const folder = mkdtempSync(join(tmpdir(), 'alone-'));
  try {
    for (const part of ['core', 'augment', 'image/size-text.js'])
      cpSync(join(src, part), join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(folder, 'main.js'),
      `import { compose, oneOf, use, transformNames, createTransform, Rng } from './augment/index.js';
       const image = { width: 20, height: 12, channels: 3, data: new Uint8Array(720).map((_, i) => i) };
       const mask = { width: 20, height: 12, data: new Uint8Array(240).map((_, i) => i % 5) };
       for (const name of transformNames) {
         const transform = createTransform({ name });
         transform.apply(image, transform.sample(new Rng(1, name), image));
       }
       const augment = compose([use('HorizontalFlip'), oneOf([use('CLAHE'), use('Blur')])]);
       const result = augment.apply({ image, masks: [mask] }, 4);
       console.log(result.image.data.length, result.masks[0].data.length, result.steps.length);`,
    );
    const out = execFileSync(process.execPath, [join(folder, 'main.js')], { encoding: 'utf8' });
    assert.equal(out.trim(), '720 240 2');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
