import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { canJoinProcesses } from '../../src/tensor/index.js';

const child = fileURLToPath(new URL('./together-child.js', import.meta.url));
const steps = 50;
const batch = 32;
const skip = canJoinProcesses() ? false : 'the engine was built without several processes';

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'together-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A port that nobody used a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The losses of every step, of each process. */
async function losses(processes: number, norms: string): Promise<number[][]> {
  const port = await freePort();
  const run = (rank: number): Promise<number[]> =>
    new Promise((resolve, reject) => {
      const env = {
        ...process.env,
        ...{ RANK: String(rank), WORLD_SIZE: String(processes) },
        ...{ MASTER_ADDR: '127.0.0.1', MASTER_PORT: String(port) },
      };
      const args = [child, join(folder, String(processes)), String(steps), norms, String(batch)];
      const started = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      started.stdout.on('data', (text: Buffer) => (out += text.toString()));
      started.on('close', (code) => {
        if (code !== 0) reject(new Error(`process ${rank} ended with ${code}`));
        else resolve((JSON.parse(out) as { losses: number[] }).losses);
      });
    });
  return Promise.all(Array.from({ length: processes }, (_, rank) => run(rank)));
}

/** The greatest difference. */
const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((loss, i) => Math.abs(loss - b[i])));

test('two processes come to the losses of one with the same batch', { skip }, async () => {
  const [[one], together, own] = [
    await losses(1, 'own'),
    await losses(2, 'all'),
    await losses(2, 'own'),
  ];
  assert.equal(one.length, steps);
  // It learns: otherwise equal losses would say little.
  assert.ok(one[steps - 1] < one[0] / 4, `${one[0]} to ${one[steps - 1]}`);
  assert.ok(apart(one, together[0]) < 1e-4, `${apart(one, together[0])}`);
  assert.deepEqual(together[1], together[0]);
  // Statistics of half a batch are others.
  assert.ok(apart(one, own[0]) > 1e-3);
  assert.deepEqual(own[1], own[0]);
});
