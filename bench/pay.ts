import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { packageRoot } from '../src/core/index.js';
import { armCurves } from '../src/report/charts/arm-curves.js';
import { comparedSchema, comparedIn, type Compared } from './pay/compared.js';
import { tablesOf } from './pay/tables.js';

// Keeps what `compare` runs found, also those that have not ended, in docs/results/pay: figures, differences from the recommended policy and curves in
// full-length.json, the curves as pictures in curves/, and the tables in full-length.md. A run of a name that is there already takes its place.
//
//   npm run bench -- pay [RUN ...] [--name NAME] [--call FILE=WORDS]
//
// --call names an arm that is a policy file, such as crop.json=padded crop.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string' }, call: { type: 'string', multiple: true, default: [] } },
});
const folder = join(packageRoot(), 'docs/results/pay');
const file = join(folder, 'full-length.json');
let kept: Compared[] = existsSync(file)
  ? comparedSchema.array().parse(JSON.parse(readFileSync(file, 'utf8')))
  : [];
const names = new Map(
  values.call.map((text) => {
    const [policyFile, words] = text.split('=', 2);
    return [policyFile, words] as const;
  }),
);
for (const run of positionals) {
  const added = comparedIn(run, values.name ?? basename(resolve(run)), names);
  const at = kept.findIndex(({ name }) => name === added.name);
  if (at < 0) kept.push(added);
  else kept = kept.map((old, i) => (i === at ? added : old));
  console.log(`${at < 0 ? 'added' : 'replaced'}: ${added.name}, ${added.arms.length} arms`);
}
writeFileSync(file, `[\n${kept.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
mkdirSync(join(folder, 'curves'), { recursive: true });
for (const { name, arms } of kept) {
  const curves = arms.map((arm) => ({ name: arm.name, points: arm.curve }));
  writeFileSync(join(folder, 'curves', `${name}.svg`), `${armCurves(curves, true).toString()}\n`);
}
writeFileSync(
  join(folder, 'full-length.md'),
  await format(tablesOf(kept), { ...(await resolveConfig(file)), parser: 'markdown' }),
);
