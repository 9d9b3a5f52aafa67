import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { resolveLearnConfig } from '../../src/config/index.js';
import { type RunEvent } from '../../src/run/files/index.js';
import { learn } from '../../src/commands/learn/learn.js';

// Our side of the learn benchmark: a JSON request a line in, what a whole run of `learn` measured out.

interface Request {
  readonly data: string;
  readonly batch: number;
  readonly epochs: number;
}

/** Enough for every judging pass once: the run is whole, its time is the training's. */
const judging = { draws: 1, maxDraws: 1 };

console.log(JSON.stringify({ node: process.versions.node }));
for await (const line of createInterface(process.stdin)) {
  const { data, batch, epochs } = JSON.parse(line) as Request;
  const folder = mkdtempSync(join(tmpdir(), 'bench-learn-'));
  const measured: { imagesPerSecond: number; waited: number; rssMb: number }[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.type !== 'epoch') return;
    const { imagesPerSecond, waited = 0 } = event;
    measured.push({ imagesPerSecond, waited, rssMb: process.memoryUsage.rss() / 2 ** 20 });
  };
  try {
    const out = join(folder, 'run');
    const flags = { data, batch, epochs, budget: null, threads: 2, out, judging };
    const config = resolveLearnConfig({
      flags: { ...flags, device: 'cpu', precision: 'float32' },
    });
    await learn(config, { onEvent, signal: new AbortController().signal });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const peakMb = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ epochs: measured, peakMb }));
}
