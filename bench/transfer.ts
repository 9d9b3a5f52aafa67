import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataName, resolveLearnConfig, type LearnInput } from '../src/config/index.js';
import {
  readRunFile,
  runFiles,
  selectionSchema,
  setsResultSchema,
  type RunEvent,
  type Selection,
} from '../src/run/files/index.js';
import { judgeRun } from '../src/commands/judge.js';
import { learn } from '../src/commands/learn/learn.js';
import { agreementOf, agreementTable } from './transfer/agreement.js';

// Do verdicts travel? Learns on one data set, judges another by that network without training, learns on the other
// itself, and sets the verdicts side by side; with --together also those of one network that learns both. Runs that
// are finished in DIR are taken as they are, and one that was interrupted goes on, so that a long experiment can be
// done in parts. DIR gets transfer.json and README.md.
//
//   npm run bench -- transfer --from cifar10:DIR --to cifar100:DIR --out DIR [--epochs 20] [--width 32] [--seed 0]
//                             [--threads 2] [--together]

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    out: { type: 'string', default: 'transfer-results' },
    epochs: { type: 'string', default: '20' },
    width: { type: 'string', default: '32' },
    batch: { type: 'string', default: '64' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string' },
    together: { type: 'boolean', default: false },
  },
});
const { from, to } = values;
if (from === undefined || to === undefined) {
  console.error('Usage: npm run bench -- transfer --from KIND:DIR --to KIND:DIR [--out DIR]');
  process.exit(2);
}
const threads = values.threads === undefined ? 'auto' : Number(values.threads);
const settings: LearnInput = {
  epochs: Number(values.epochs),
  budget: null,
  batch: Number(values.batch),
  seed: Number(values.seed),
  threads,
  model: { width: Number(values.width) },
};
const onEvent = (event: RunEvent): void => {
  if (event.type === 'epoch')
    console.log(`  epoch ${event.epoch}/${event.epochs}, loss ${event.train.loss.toFixed(3)}`);
  if (event.type === 'phase') console.log(`  ${event.label ?? event.phase} ...`);
};
const hooks = { onEvent, signal: new AbortController().signal };
const place = (name: string): string => join(values.out, name);
const selectionOf = (run: string): Selection => readRunFile(run, 'selection', selectionSchema);

/** A finished run as it is, an interrupted one to its end, or a new one. */
async function learned(data: string | string[], name: string): Promise<string> {
  const out = place(name);
  console.log(`${name}: ${String(data)}`);
  const resume = existsSync(join(out, runFiles.config));
  const config = resolveLearnConfig({ flags: { ...settings, data, out, resume } });
  await learn(config, hooks);
  return out;
}

async function carriedTo(data: string, run: string): Promise<Selection> {
  const out = place('judged');
  console.log(`judged: ${data} by the network of ${run}`);
  if (!existsSync(join(out, runFiles.selection)))
    await judgeRun({ run, data, out, overwrite: true, threads }, hooks);
  return selectionOf(out);
}

mkdirSync(values.out, { recursive: true });
const carried = await carriedTo(to, await learned(from, 'from'));
const own = selectionOf(await learned(to, 'to'));
const tables = [['Judged without training', agreementOf(carried, own)]] as [
  string,
  ReturnType<typeof agreementOf>,
][];
if (values.together) {
  const run = await learned([from, to], 'both');
  const { sets } = readRunFile(run, 'results', setsResultSchema);
  const [first, second] = sets.map(({ folder }) => selectionOf(join(run, folder)));
  tables.push(['One network for both', agreementOf(second, own)]);
  tables.push([
    `One network for both: ${dataName(from)}`,
    agreementOf(first, selectionOf(place('from'))),
  ]);
}
const text = tables.map(([title, agreement]) => agreementTable(title, agreement)).join('\n');
const [start, end] = [dataName(from), dataName(to)];
const how = `\`npm run bench -- transfer --from ${start} --to ${end}\` with \`${JSON.stringify(settings)}\``;
writeFileSync(
  join(values.out, 'README.md'),
  `# Verdicts of ${start} for ${end}\n\n${how}\n\n${text}`,
);
const result = { from: start, to: end, settings, tables: Object.fromEntries(tables) };
writeFileSync(join(values.out, 'transfer.json'), `${JSON.stringify(result, null, 2)}\n`);
console.log(`\n${text}`);
