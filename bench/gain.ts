import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRunFile, selectionSchema } from '../src/run/files/index.js';
import { resolveTrainConfig, type TrainInput } from '../src/config/index.js';
import { transformNames } from '../src/augment/index.js';
import { train } from '../src/commands/train/train.js';
import { rankCorrelation } from '../src/metrics/index.js';

// Which figure of a `learn` run predicts the gain of single augmentations? Trains the task once without any
// augmentation and once with each of the fifteen alone (p = 0.5), and compares the change of test accuracy with J, with the
// harm and with the verdicts. Arms are kept in DIR, so that a long experiment can be done in parts.
//
//   npm run bench -- gain --data cifar10:DIR --run RUN --out DIR [--epochs 15] [--width 16] [--seeds 1] [--arms a,b]

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    run: { type: 'string' },
    out: { type: 'string', default: 'gain-results' },
    epochs: { type: 'string', default: '15' },
    width: { type: 'string', default: '16' },
    seeds: { type: 'string', default: '1' },
    arms: { type: 'string' },
  },
});
if (values.data === undefined || values.run === undefined) {
  console.error('Usage: npm run bench -- gain --data KIND:DIR --run RUN [--out DIR]');
  process.exit(2);
}
const { data, run, out } = values;
const selection = readRunFile(run, 'selection', selectionSchema);
mkdirSync(out, { recursive: true });

/** Test accuracy of one arm: a transform alone, or none. */
async function armOf(name: string | null, seed: number): Promise<number> {
  const arm = `${name ?? 'none'}-${seed}`;
  const file = join(out, `${arm}.json`);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { test: number }).test;
  const policy = join(out, `${arm}.policy.json`);
  const transforms = name === null ? [] : [{ name }];
  const size = transforms.length;
  writeFileSync(policy, JSON.stringify({ size, p: 0.5, restore: 'reflect', transforms }));
  const flags: TrainInput = {
    data,
    policy: name === null ? 'none' : policy,
    out: join(out, `${arm}.run`),
    overwrite: true,
    seed,
    epochs: Number(values.epochs),
    budget: null,
    threads: 1,
    workers: 0,
    model: { width: Number(values.width) },
  };
  const { result } = await train(resolveTrainConfig({ flags }), {
    onEvent: () => {},
    signal: new AbortController().signal,
  });
  const test = result.test.first.value;
  writeFileSync(file, `${JSON.stringify({ arm, test })}\n`);
  console.log(arm, test.toFixed(4));
  return test;
}

const wanted = values.arms?.split(',') ?? transformNames;
const seeds = values.seeds.split(',').map(Number);
const rows: { name: string; gain: number; j: number; harm: number; verdict: string }[] = [];
for (const name of wanted) {
  const own = selection.augmentations.find((a) => a.name === name);
  if (own === undefined) continue;
  let gain = 0;
  for (const seed of seeds)
    gain += ((await armOf(name, seed)) - (await armOf(null, seed))) / seeds.length;
  const { j, verdict } = own;
  rows.push({ name, gain, j, harm: own.harm?.value ?? 0, verdict });
}
const of = (figure: (row: (typeof rows)[number]) => number): number =>
  // NaN, where one side does not vary, would not be a number in JSON.
  rankCorrelation(
    rows.map((r) => r.gain),
    rows.map(figure),
  ) || 0;
const summary = {
  rows: rows.sort((a, b) => b.gain - a.gain),
  /** Spearman's correlation of the gain with each figure; a good predictor of gain is near -1. */
  correlation: {
    j: of((r) => r.j),
    harm: of((r) => r.harm),
    unsafe: of((r) => Number(r.verdict !== 'safe')),
  },
};
writeFileSync(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
console.log(JSON.stringify(summary, null, 2));
