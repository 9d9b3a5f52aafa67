import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDataset } from '../src/data/index.js';
import { packageRoot } from '../src/core/index.js';
import { Peer } from './common/peer.js';
import { costCell, median, publish, rateCell } from './common/report.js';

// Epochs of a real `learn` (the default network, batch 128, two threads, one loader worker) on the training
// images of examples/cifar10-mini, against an equivalent plain PyTorch loop (peers/learn.py): images a
// second, the share of waiting for data, the peak resident size, and the growth of memory over epochs.
// Whole runs take turns. `--rounds N` (default 3), `--epochs N` a run (default 6).

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '6' },
  },
});
const epochs = Number(flags.epochs);
const batch = 128;

interface Epoch {
  readonly imagesPerSecond: number;
  readonly waited: number;
  /** Resident size after it; ours alone. */
  readonly rssMb?: number;
}
interface Measured {
  readonly epochs: readonly Epoch[];
  readonly peakMb: number;
}

const data = join(packageRoot(), 'examples/cifar10-mini');
const folder = mkdtempSync(join(tmpdir(), 'bench-learn-'));
const images = join(folder, 'images.bin');
const side = await writeImages(images);
const ours = await Peer.run(
  process.execPath,
  [join(dirname(process.argv[1]), 'learn/ours.js')],
  {},
);
if (!ours) throw new Error('our own side failed to start');
const peer = await Peer.start('learn');
const mine: Measured[] = [];
const theirs: Measured[] = [];
try {
  for (let round = 0; round < Number(flags.rounds); round++) {
    mine.push(await ours.peer.ask<Measured>({ data, batch, epochs }));
    if (peer) theirs.push(await peer.peer.ask<Measured>({ images, side, batch, epochs }));
  }
} finally {
  ours.peer.close();
  peer?.peer.close();
  rmSync(folder, { recursive: true, force: true });
}

/** An epoch's figure over all runs, without each run's first, in which everything warms up. */
function middle(runs: readonly Measured[], figure: (epoch: Epoch) => number): number | null {
  const values = runs.flatMap((run) => run.epochs.slice(1).map(figure));
  return values.length === 0 ? null : median(values);
}
const rate = (epoch: Epoch): number => epoch.imagesPerSecond;
const waiting = (epoch: Epoch): number => 100 * epoch.waited;
const resident = mine.at(-1)!.epochs.map((epoch) => epoch.rssMb!);
for (const [name, runs] of Object.entries({ ours: mine, peer: theirs }))
  console.log(
    name,
    runs.flatMap((run) => run.epochs.map((e) => e.imagesPerSecond.toFixed(0))).join(' '),
  );
console.log('resident, MB', resident.map((mb) => mb.toFixed(0)).join(' '));

publish(
  'learn',
  [
    rateCell('an epoch of learn', middle(mine, rate)!, middle(theirs, rate), 'images/s'),
    costCell('waiting for data', middle(mine, waiting)!, middle(theirs, waiting), '% of an epoch'),
    costCell('peak resident size', mine.at(-1)!.peakMb, null, 'MB'),
    costCell(
      'growth over the second half of the last run',
      resident.at(-1)! - resident[resident.length >> 1],
      null,
      'MB',
    ),
  ],
  { ...ours.versions, ...peer?.versions },
);

/** The training pixels, one after another; returns the images' side. */
async function writeImages(file: string): Promise<number> {
  const { store, splits, size } = await openDataset(data, {});
  writeFileSync(file, Buffer.concat([...splits.train].map((i) => store.view(i))));
  return size.width;
}
