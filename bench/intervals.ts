import { writeFileSync } from 'node:fs';
import { Rng } from '../src/core/index.js';
import {
  continuousPairedMean,
  iouContributions,
  iouOf,
  meanOfPresent,
  pairedMean,
  unboundedInterval,
  type Regions,
} from '../src/metrics/index.js';
import { continuousDifferences } from './intervals/differences.js';
import {
  bootstrapChange,
  influenceValues,
  losses,
  segmentedTwice,
  type SegmentedTwice,
} from './intervals/masks.js';
import { groupedSample, groupedScores } from './intervals/grouped.js';
import { bootstraps, closedForms, type Ends } from './intervals/methods.js';
import { Tally, type Row } from './intervals/tally.js';

// Coverage of 95 % intervals: how often they contain the truth, by simulation. The first table is of means of
// continuous differences, beside what else might have been used; the second of the change of a mean IoU; the third of means
// over images that come in groups, over groups and, as if they stood alone, over images.
// --json FILE also writes the rows.

const sizes = [20, 50, 200, 2000];
/** Resampling a large sample takes long, and there all methods agree. */
const largestBootstrap = 200;
const groupCounts = [10, 20, 50, 200];
/** Of two images of a group. */
const correlations = [0, 0.3, 0.9];
const repetitions = (n: number): number => (n > 200 ? 2000 : 4000);

const json = process.argv.indexOf('--json');
const means = sizes.flatMap((n) => continuousDifferences.flatMap((of) => coverageOfMean(n, of)));
print('means of continuous differences', means);
const masks = [20, 50, 200].flatMap((n) =>
  Object.keys(losses).flatMap((name) => ofMeanIou(n, name)),
);
print('change of the mean IoU', masks);
const groups = groupCounts.flatMap((n) =>
  correlations.flatMap((correlation) =>
    groupedScores.flatMap((scores) => ofGroups(n, correlation, scores)),
  ),
);
print('means over images in groups (n: groups)', groups, groupCounts);
if (json > 0)
  writeFileSync(process.argv[json + 1], `${JSON.stringify([...means, ...masks, ...groups])}\n`);

function coverageOfMean(n: number, of: (typeof continuousDifferences)[number]): Row[] {
  const tally = new Tally(of.mean);
  const rng = new Rng('intervals', of.name, n);
  for (let r = 0; r < repetitions(n); r++) {
    const sample = Float64Array.from({ length: n }, () => of.draw(rng));
    for (const [method, interval] of Object.entries(closedForms))
      tally.add(method, interval(sample));
    if (n <= largestBootstrap && r % 4 === 0)
      for (const [method, ends] of Object.entries(bootstraps(sample, rng))) tally.add(method, ends);
  }
  return tally.rows(of.name, n);
}

function ofMeanIou(n: number, name: string): Row[] {
  const iou = (regions: Regions): number => meanOfPresent(iouOf(regions));
  const all = segmentedTwice(200_000, new Rng('intervals', name), losses[name]);
  const tally = new Tally(iou(all.applied) - iou(all.without));
  for (let r = 0; r < repetitions(n); r++) {
    const twice = segmentedTwice(n, new Rng('intervals', name, n, r), losses[name]);
    tally.add('used', byParts(twice, iouContributions));
    tally.add('influence values', byParts(twice, influenceValues));
    if (r % 4 === 0) tally.add('percentile', bootstrapChange(twice, new Rng('resampled', name, r)));
  }
  return tally.rows(name, n);
}

function ofGroups(n: number, correlation: number, scores: (typeof groupedScores)[number]): Row[] {
  const tally = new Tally(scores.mean);
  const rng = new Rng('intervals', scores.name, String(correlation), n);
  for (let r = 0; r < 2000; r++) {
    const { values, groupOf } = groupedSample(rng, n, correlation, scores);
    for (const [method, of] of [
      ['over groups', groupOf],
      ['over images', undefined],
    ] as const) {
      const { low, high } = unboundedInterval(pairedMean(values, scores.kind, of), 0.05);
      tally.add(method, [low, high]);
    }
  }
  return tally.rows(`${scores.name}, correlation ${correlation}`, n);
}

/** The interval used, on each image's part by one of two definitions. */
function byParts({ applied, without }: SegmentedTwice, parts: (of: Regions) => Float64Array): Ends {
  const before = parts(without);
  const change = parts(applied).map((part, i) => part - before[i]);
  const { low, high } = unboundedInterval(continuousPairedMean(change), 0.05);
  return [low, high];
}

/** As a table in Markdown: a row for each kind and size of sample, a column for each method. */
function print(title: string, rows: readonly Row[], of: readonly number[] = sizes): void {
  const methods = [...new Set(rows.map((row) => row.method))];
  const whats = [...new Set(rows.map((row) => row.what))];
  console.log(`\n${title}: % of intervals that cover the truth\n`);
  console.log(`| sample | n | ${methods.join(' | ')} |`);
  console.log(`| --- | --- | ${methods.map(() => '---').join(' | ')} |`);
  for (const what of whats)
    for (const n of of) {
      const own = rows.filter((row) => row.what === what && row.n === n);
      if (own.length === 0) continue;
      const cells = methods.map((method) => {
        const row = own.find((r) => r.method === method);
        return row === undefined ? '' : (100 * row.covered).toFixed(1);
      });
      console.log(`| ${what} | ${n} | ${cells.join(' | ')} |`);
    }
}
