import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { plantedSets, writePlanted } from './planted/index.js';
import { rowOf, type RunRow } from './planted/row.js';
import { runPlanted } from './planted/run.js';
import { summarise } from './planted/summary.js';
import { tableOf } from './planted/table.js';

// Learns on planted data sets and sets the verdicts beside the truth. Each run adds a file to DIR/runs; the
// table and summary.json are made from all of them, so that a long experiment can be done in parts.
//
//   npm run bench -- planted --out DIR [--sets a,b] [--seeds 1,2,3] [--images 1200] [--epochs 12]
//                            [--width 16] [--folds 1] [--budget 10m] [--device cpu] [--precision float32] [--write DATA]
//
// --budget instead of --epochs takes the defaults of `learn`; --folds K (without a budget) judges all images in
// K folds instead of three tenths of them by one network; --write only writes the data sets. Each run's
// selection.json is kept in DIR/selections.

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'planted-results' },
    sets: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    images: { type: 'string', default: '1200' },
    epochs: { type: 'string', default: '12' },
    width: { type: 'string', default: '16' },
    folds: { type: 'string', default: '1' },
    budget: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    precision: { type: 'string', default: 'float32' },
    write: { type: 'string' },
  },
});
const wanted = values.sets?.split(',');
const sets = plantedSets.filter((set) => wanted === undefined || wanted.includes(set.name));
const seeds = values.seeds.split(',').map(Number);
const images = Number(values.images);
const runsFolder = join(values.out, 'runs');
const selections = join(values.out, 'selections');
const { device, precision } = z
  .object({
    device: z.enum(['cpu', 'cuda', 'mps']),
    precision: z.enum(['float32', 'bfloat16']),
  })
  .parse(values);

if (values.write === undefined) await runAll();
else
  for (const set of sets)
    await writePlanted(set, join(values.write, set.name), { images, seed: seeds[0] });

async function runAll(): Promise<void> {
  for (const folder of [runsFolder, selections]) mkdirSync(folder, { recursive: true });
  const settings =
    values.budget === undefined
      ? {
          epochs: Number(values.epochs),
          budget: null,
          batch: 32,
          device,
          precision,
          threads: 1,
          workers: 0,
          model: { width: Number(values.width) },
          judging: { fraction: 0.3, folds: Number(values.folds) },
        }
      : { budget: values.budget, device, precision };
  for (const seed of seeds)
    for (const set of sets) {
      const file = join(runsFolder, `${set.name}-${seed}.json`);
      if (existsSync(file)) continue;
      const work = join(tmpdir(), `planted-${process.pid}`);
      const run = await runPlanted(set, work, { images, seed, settings });
      rmSync(work, { recursive: true, force: true });
      writeFileSync(join(selections, `${set.name}-${seed}.json`), JSON.stringify(run.selection));
      writeFileSync(file, `${JSON.stringify(rowOf(set, seed, run), null, 1)}\n`);
      publish(settings);
    }
  publish(settings);
}

function publish(settings: object): void {
  const runs = readdirSync(runsFolder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(runsFolder, file), 'utf8')) as RunRow);
  const summary = summarise(runs);
  const how = `${images} images each, \`learn\` with \`${JSON.stringify(settings)}\`; the seed is used for the data and for the run (\`npm run bench -- planted\`).`;
  writeFileSync(join(values.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(values.out, 'README.md'), tableOf(runs, summary, plantedSets, how));
  console.log(
    `${runs.length} runs: ${summary.falseSafe} unsafe called safe, recall ${summary.recall}, undecided ${summary.undecidedShare}`,
  );
}
