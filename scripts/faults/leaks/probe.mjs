// node --expose-gc probe.mjs loaders|learn|predict TIMES BASE WORK: does it so often, and prints what the process
// then holds as a line of JSON.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as product from '../product.mjs';

const [what, times, base, work] = process.argv.slice(2);
process.env.SAFE_AUGMENT_CACHE = join(work, 'cache');
const hooks = { onEvent() {}, signal: new AbortController().signal };

const once = await {
  /** A loader whose first batch alone is taken. */
  async loaders() {
    const data = await product.openDataset(join(base, 'images'), {});
    const { store, targets } = data;
    return async () => {
      const loader = product.createLoader({ store, targets, seed: 1, workers: 2 });
      const epoch = loader.epoch({ indices: data.splits.train, batch: 4 });
      for await (const batch of epoch) if (batch !== undefined) break;
      await loader.close();
    };
  },
  async learn() {
    let count = 0;
    return async () => {
      const config = product.resolveLearnConfig({
        flags: {
          ...{ data: join(base, 'images'), out: join(work, `learn ${count++}`) },
          ...{ epochs: 1, batch: 8, workers: 0, threads: 1, budget: null, controls: false },
          ...{ delta: 0.3, augmentations: ['Blur', 'HorizontalFlip'] },
          ...{ model: { width: 8 }, judging: { maxDraws: 1 } },
        },
      });
      await product.learn(config, hooks);
    };
  },
  async predict() {
    const images = [join(base, 'images/cat')];
    return async () => {
      const run = join(base, 'trained');
      for await (const said of product.predict({ run, images, device: 'cpu' }))
        if (said === undefined) throw new Error('nothing was said');
    };
  },
}[what]();

const tensorsAtFirst = product.liveTensors();
// The first time loads what stays for good: descriptors and memory are compared with what is there after it.
await once();
const before = await state();
let half;
for (let i = 1; i <= Number(times); i++) {
  await once();
  if (i === Math.ceil(Number(times) / 2)) half = await state();
}
console.log(JSON.stringify({ before, half, after: await state() }));

/** Tensors are counted before the collector runs: their memory must not wait for it. */
async function state() {
  const tensors = product.liveTensors() - tensorsAtFirst;
  await wait(200);
  globalThis.gc();
  const files = readdirSync('/proc/self/fd').length;
  return { tensors, files, resident: process.memoryUsage.rss() };
}
