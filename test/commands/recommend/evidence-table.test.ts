import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { measuredInRuns } from '../../../bench/evidence/from-runs.js';
import {
  allMeasured,
  comparedSchema,
  seedSpread,
  type Measured,
} from '../../../bench/evidence/measured.js';
import { evidenceRows } from '../../../bench/evidence/rows.js';
import { tableFile, tableText } from '../../../bench/evidence/write-table.js';
import { evidenceTable } from '../../../src/commands/recommend/evidence-table.js';
import { packageRoot, Rng } from '../../../src/core/index.js';
import { pairedInterval, pairedMean } from '../../../src/metrics/index.js';

const folder = join(packageRoot(), 'docs/results/pay');
const compared = join(folder, 'compared.json');
const single = measuredInRuns(folder, 'docs/results/pay/runs.json');
const later = existsSync(compared)
  ? comparedSchema.parse(JSON.parse(readFileSync(compared, 'utf8')))
  : [];
const measured = allMeasured(single, later);

describe('the table of the package', () => {
  test('is what the script makes of the raw results, to the letter', async () => {
    const rows = evidenceRows(measured);
    assert.deepEqual(evidenceTable, rows);
    assert.equal(readFileSync(join(packageRoot(), tableFile), 'utf8'), await tableText(rows));
  });

  test('has the figures of docs/results/pay/full-length.md', () => {
    const of = (data: string) => measured.find((row) => row.data === data)!.gains;
    const points = (share: number | undefined): string => (100 * (share ?? NaN)).toFixed(1);
    assert.equal(points(of('CIFAR-10').none?.value), '13.1');
    assert.equal(points(of('CIFAR-10').standard?.value), '0.6');
    assert.equal(points(of('traffic signs').none?.value), '6.3');
    assert.equal(points(of('traffic signs').standard?.value), '13.1');
    assert.equal(points(of('chest X-rays').none?.value), '9.2');
    assert.equal(points(of('reduced CIFAR-10').none?.value), '26.6');
    assert.equal(points(of('reduced CIFAR-10').standard?.value), '2.1');
    assert.equal(points(of('Tiny ImageNet').none?.value), '7.5');
    assert.equal(points(of('Tiny ImageNet').standard?.value), '0.7');
    assert.equal(points(of('aerial scenes').none?.value), '2.7');
    assert.equal(points(of('cats and dogs').none?.value), '-0.8');
  });

  test('a comparison takes the place of single trainings at the same length, of no other', () => {
    const [row] = single;
    const longer = { ...row, epochs: row.epochs + 1 };
    assert.deepEqual(allMeasured([row, longer], [{ ...row, seeds: 7 }]), [
      longer,
      { ...row, seeds: 7 },
    ]);
  });

  test('widens what one seed has measured', () => {
    const narrow = single.find(({ seeds }) => seeds === 1)!;
    const wide = evidenceRows(single).find(({ data }) => data === narrow.data)!;
    assert.ok(wide.gains.none!.high > narrow.gains.none!.high + 0.01);
    assert.ok(wide.gains.none!.low < narrow.gains.none!.low - 0.01);
    const alone = evidenceRows.bind(null, [narrow]);
    assert.throws(alone, /no row has several/);
  });
});

/** `[seeds][images]`: answers of trainings whose accuracy differs by `sd` from seed to seed. */
function arm(rng: Rng, mean: number, sd: number, seeds: number, images: number): Float64Array[] {
  // Some images are hard for all.
  const hard = Float64Array.from({ length: images }, () => rng.uniform(-0.3, 0.3));
  return Array.from({ length: seeds }, () => {
    const own = mean + sd * rng.normal();
    return Float64Array.from(hard, (h) => Number(rng.bool(Math.min(1, Math.max(0, own + h)))));
  });
}

describe('the spread over seeds', () => {
  test('is on average what was planted, whatever the number of test images', () => {
    const rng = new Rng('spread');
    for (const [sd, images] of [
      [0, 200],
      [0.02, 200],
      [0.02, 2000],
    ]) {
      const arms = Array.from({ length: 300 }, () => arm(rng, 0.6, sd, 3, images));
      const { variance, degrees } = seedSpread(arms)!;
      assert.equal(degrees, 600);
      // The standard error of a variance that has so many degrees of freedom, answers of images included.
      const error = (sd * sd + 0.25 / images) * Math.sqrt(2 / degrees);
      assert.ok(Math.abs(variance - sd * sd) < 3 * error, `${sd}, ${images}: ${variance}`);
    }
  });

  test('is not known of single seeds', () => {
    assert.equal(seedSpread([arm(new Rng(1), 0.6, 0.02, 1, 50)]), null);
  });

  test('makes intervals of one seed hold in 95 % of repetitions', () => {
    const rng = new Rng('one seed');
    const [sd, images, gain, repetitions] = [0.015, 300, 0.04, 400];
    const like = measured.find(({ spread }) => spread !== null)!;
    let inside = 0;
    let narrow = 0;
    for (let r = 0; r < repetitions; r++) {
      const several: Measured = {
        ...like,
        spread: seedSpread([0, 1, 2].map(() => arm(rng, 0.6, sd, 3, images))),
      };
      const [[a], [b]] = [0.6 + gain, 0.6].map((mean) => arm(rng, mean, sd, 1, images));
      const changes = a.map((v, i) => v - b[i]);
      const over = pairedInterval(pairedMean(changes, 'binary'), 0.05);
      const one: Measured = {
        ...like,
        ...{ data: 'one', seeds: 1, spread: null },
        gains: { none: over, standard: null },
      };
      const { low, high } = evidenceRows([several, one])[1].gains.none!;
      if (gain >= low && gain <= high) inside++;
      if (gain >= over.low && gain <= over.high) narrow++;
    }
    assert.ok(inside / repetitions > 0.92, `${inside / repetitions}`);
    // Without the spread they hold less often.
    assert.ok(inside > narrow);
  });
});
