import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { packageRoot } from '../src/core/index.js';
import { learnedIn, learnedSchema, type Learned } from './photos/learned.js';
import { seedTables } from './photos/seed-tables.js';

// Keeps what `learn` runs on photographs found in docs/results/photos: figures in seeds.json, tables in seeds.md. A run of a set and
// a seed that are there already takes its place.
//
//   npm run bench -- photos [SET=RUN ...] [--machine WORDS]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { machine: { type: 'string', default: '' } },
});
const folder = join(packageRoot(), 'docs/results/photos');
const file = join(folder, 'seeds.json');
const kept = new Map<string, Learned>();
const keep = (one: Learned): unknown => kept.set(`${one.set} ${one.seed}`, one);
if (existsSync(file))
  learnedSchema
    .array()
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .forEach(keep);
for (const argument of positionals) {
  const [set, run] = argument.split('=', 2);
  keep(learnedIn(run, set, values.machine));
}
const all = [...kept.values()].sort((a, b) => a.set.localeCompare(b.set) || a.seed - b.seed);
writeFileSync(file, `[\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
writeFileSync(
  join(folder, 'seeds.md'),
  await format(seedTables(all), { ...(await resolveConfig(file)), parser: 'markdown' }),
);
