import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/core/index.js';
import { measuredInComparison } from './evidence/from-comparison.js';
import { measuredInRuns } from './evidence/from-runs.js';
import { allMeasured, comparedSchema, keyOf, type Measured } from './evidence/measured.js';
import { evidenceRows } from './evidence/rows.js';
import { tableFile, tableText } from './evidence/write-table.js';

// Writes the table that `recommend` goes by, from docs/results/pay. With folders of finished `compare` runs (arms recommended, and none
// or standard), these are added first, to docs/results/pay/compared.json; one of the same data, epochs and network replaces the former.
//
//   npm run bench -- evidence [RUN ...] [--name NAME]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string' } },
});
const folder = join(packageRoot(), 'docs/results/pay');
const compared = join(folder, 'compared.json');

let kept: Measured[] = existsSync(compared)
  ? comparedSchema.parse(JSON.parse(readFileSync(compared, 'utf8')))
  : [];
for (const run of positionals) {
  // As it will be read again: with its fields in the schema's order.
  const [added] = comparedSchema.parse([measuredInComparison(run, values.name)]);
  kept = [...kept.filter((row) => keyOf(row) !== keyOf(added)), added];
  console.log(`added: ${added.data}, ${added.epochs} epochs, ${added.seeds} seeds`);
}
if (positionals.length > 0) writeFileSync(compared, `${JSON.stringify(kept, null, 2)}\n`);

const single = measuredInRuns(folder, 'docs/results/pay/runs.json');
const rows = evidenceRows(allMeasured(single, kept));
writeFileSync(join(packageRoot(), tableFile), await tableText(rows));
console.log(`${rows.length} rows written to ${tableFile}`);
