import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { applySteps, drawSteps, thesisSet, type Recipe } from '../../src/augment/index.js';
import type { Image } from '../../src/image/image.js';
import { median, rateCell, type Cell } from '../common/report.js';

// The joint recipe on 64x64 images in one and in two worker threads at once: two threads on two free cores
// should do twice the work of one.

const leastSeconds = 1;
/** Until all of it is compiled: compilers work on the cores that the threads want. */
const warmUp = 2.5;
const turnCount = 5;
const side = 64;
const recipe: Recipe = {
  kind: 'joint',
  transforms: thesisSet(),
  min: 0,
  max: 5,
  restore: 'reflect',
};

/** Images per second of one worker thread, and of two together against it: medians of turns, with their spread. */
export async function scalingCells(): Promise<Cell[]> {
  const ones: number[] = [];
  const twos: number[] = [];
  for (let turn = 0; turn < turnCount; turn++) {
    ones.push(await together(1));
    twos.push(await together(2));
  }
  const name = 'joint recipe 64x64, 2 worker threads against 1';
  const ratios = twos.map((two, i) => two / ones[i]);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((r) => r.toFixed(2));
  console.log(`${name}: ${median(ratios).toFixed(2)} (${least} to ${most}) in ${turnCount} turns`);
  return [
    rateCell('joint recipe 64x64, 1 worker thread', median(ones), null, 'images/s'),
    rateCell(name, median(twos), median(ones), 'images/s'),
  ];
}

async function together(threads: number): Promise<number> {
  const rates = await Promise.all(Array.from({ length: threads }, (_, k) => rateOfWorker(k)));
  return rates.reduce((a, b) => a + b, 0);
}

function rateOfWorker(k: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { scaling: k } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function work(index: number): number {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 31) & 255);
  const image: Image = { width: side, height: side, channels: 3, data };
  const out = new Uint8Array(data.length);
  let epoch = 0;
  const run = (seconds: number): number => {
    const start = performance.now();
    for (let count = 1; ; count++) {
      const key = { seed: 1, purpose: 'bench', epoch: epoch++, index };
      const { steps } = drawSteps(recipe, image, key);
      applySteps(image, steps, { restore: 'reflect', size: image, out });
      const passed = (performance.now() - start) / 1000;
      if (passed >= seconds) return count / passed;
    }
  };
  run(warmUp);
  return run(leastSeconds);
}

const started = workerData as { scaling?: number } | null;
if (!isMainThread && started?.scaling !== undefined) parentPort?.postMessage(work(started.scaling));
