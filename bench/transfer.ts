import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  readRunFile,
  resolveLearnConfig,
  selectionSchema,
  type Selection,
} from '../src/config/index.js';
import { judgeRun } from '../src/pipelines/judge-run.js';
import { learn } from '../src/pipelines/learn.js';

// Do verdicts travel? Learns on one data set, judges another with that network, learns on the other itself, and
// compares the verdicts. Runs that are finished in DIR are taken as they are.
//
//   npm run bench -- transfer --from cifar10:DIR --to cifar100:DIR --out DIR [--epochs 3] [--width 16]

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    out: { type: 'string', default: 'transfer-results' },
    epochs: { type: 'string', default: '3' },
    width: { type: 'string', default: '16' },
  },
});
const { from, to } = values;
if (from === undefined || to === undefined) {
  console.error('Usage: npm run bench -- transfer --from KIND:DIR --to KIND:DIR [--out DIR]');
  process.exit(2);
}
const hooks = { onEvent: () => {}, signal: new AbortController().signal };

async function learned(data: string, name: string): Promise<Selection> {
  const out = join(values.out, name);
  if (existsSync(join(out, 'selection.json')))
    return readRunFile(out, 'selection', selectionSchema);
  const { selection } = await learn(
    resolveLearnConfig({
      flags: {
        data,
        out,
        overwrite: true,
        epochs: Number(values.epochs),
        budget: null,
        threads: 1,
        workers: 0,
        model: { width: Number(values.width) },
      },
    }),
    hooks,
  );
  return selection;
}

await learned(from, 'from');
const judged = join(values.out, 'judged');
const { selection: carried } = existsSync(join(judged, 'selection.json'))
  ? { selection: readRunFile(judged, 'selection', selectionSchema) }
  : await judgeRun(
      { run: join(values.out, 'from'), data: to, out: judged, overwrite: true },
      hooks,
    );
const own = await learned(to, 'to');
let same = 0;
for (const a of carried.augmentations) {
  const b = own.augmentations.find((x) => x.name === a.name)!;
  if (a.verdict === b.verdict) same++;
  console.log(
    `${a.name.padEnd(18)} carried ${a.verdict.padEnd(9)} J ${a.j.toFixed(3)}   own ${b.verdict.padEnd(9)} J ${b.j.toFixed(3)}`,
  );
}
console.log(`${same} of ${carried.augmentations.length} verdicts agree`);
