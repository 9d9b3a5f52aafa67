import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { learn } from '../../src/commands/learn/learn.js';
import { resolveLearnConfig } from '../../src/config/index.js';
import { Interrupted } from '../../src/core/index.js';
import type { RunEvent } from '../../src/run/files/index.js';
import { liveTensors } from '../../src/tensor/index.js';
import { smallData } from '../cli/support/small-data.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'leak-'));
  smallData(folder, 2, 40);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const configOf = (out: string, resume = false) => ({
  ...resolveLearnConfig({
    flags: {
      ...{ data: join(folder, 'images'), epochs: 1, threads: 1, workers: 0 },
      ...{ augmentations: ['Blur'], model: { width: 8 }, out: join(folder, out) },
    },
  }),
  resume,
});

test('eight runs in one process leave no tensors', async () => {
  for (let i = 0; i < 8; i++) {
    const hooks = { onEvent: () => {}, signal: new AbortController().signal };
    await learn(configOf(`run-${i}`), hooks);
    assert.equal(liveTensors(), 0, `after run ${i}`);
  }
});

for (const phase of ['prepare', 'plan', 'train', 'judge'] as const)
  test(`nor does one that is stopped in the phase ${phase}`, async () => {
    const controller = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'phase' && event.phase === phase) controller.abort();
    };
    const start = performance.now();
    await assert.rejects(
      learn(configOf(`stopped-${phase}`), { onEvent, signal: controller.signal }),
      Interrupted,
    );
    assert.ok(performance.now() - start < 20_000);
    assert.equal(liveTensors(), 0);
  });
