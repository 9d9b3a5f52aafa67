import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/core/index.js';
import { Peer, type Started } from './common/peer.js';
import { median, publish, rateCell, type Cell } from './common/report.js';

// Images per second of whole training steps (forward, loss, backward, SGD with momentum and weight
// decay; Adam in segmentation), two threads on the CPU, channels-last, against Python's PyTorch on the same libtorch: two processes that
// take turns, one working while the other waits; medians over rounds. Every libtorch the engine has been
// built for is measured (`node scripts/native/build.mjs --all`, or LIBTORCH=... and --beside); with LIBTORCH
// set, that one alone.
// `--rounds N` (default 7), `--steps N` a round (default 3), `--only CASE`, `--device cuda` (default cpu).

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    steps: { type: 'string', default: '3' },
    only: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
  },
});
const rounds = Number(flags.rounds);
const steps = Number(flags.steps);

interface Case {
  readonly name: string;
  readonly model: string;
  readonly stem?: string;
  readonly batch: number;
  /** `segmentation`: a Feature Pyramid Network on the model; Adam, 19 classes, 15 labels. */
  readonly task?: 'segmentation';
  /** Height and width; default 32. */
  readonly size?: number;
}
const cases: readonly Case[] = [
  { name: 'densenet121 batch 256', model: 'densenet121', batch: 256 },
  {
    name: 'FPN on densenet121, 256x256, batch 8',
    model: 'densenet121',
    batch: 8,
    task: 'segmentation',
    size: 256,
  },
  { name: 'resnet-small batch 128', model: 'resnet-small', batch: 128 },
  { name: 'resnet-small batch 256', model: 'resnet-small', batch: 256 },
];

interface Build {
  readonly tag: string;
  readonly version: string;
  readonly root: string;
}

const cells: Cell[] = [];
const versions: Record<string, string> = {};
for (const build of builds()) {
  if (process.env.LIBTORCH && build.root !== realpathSync(process.env.LIBTORCH)) continue;
  const ours = await startOurs(build);
  if (!ours) continue;
  const peer = await Peer.start('step', pythonOf(build.root), [flags.device]);
  Object.assign(versions, { [`libtorch ${build.version}`]: JSON.stringify(ours.versions) });
  if (peer) versions[`peer of ${build.version}`] = JSON.stringify(peer.versions);
  for (const each of cases)
    if (flags.only === undefined || each.name.includes(flags.only))
      cells.push(await compare(build, each, ours, peer));
  ours.peer.close();
  peer?.peer.close();
}
publish(flags.device === 'cpu' ? 'step' : `step on ${flags.device}`, cells, versions);

async function compare(
  build: Build,
  { name, model, stem, batch, task, size = 32 }: Case,
  ours: NonNullable<Started>,
  peer: Started,
): Promise<Cell> {
  const request = { model, stem: stem ?? 'imagenet', batch, steps, task, size };
  const rates = { ours: [] as number[], peer: [] as number[] };
  // The first round builds the network and warms caches; it does not count.
  for (let round = 0; round <= rounds; round++) {
    const mine = await ours.peer.ask<{ seconds: number[] }>(request);
    const theirs = peer && (await peer.peer.ask<{ seconds: number[] }>(request));
    if (round === 0) continue;
    rates.ours.push(...mine.seconds.map((s) => batch / s));
    if (theirs) rates.peer.push(...theirs.seconds.map((s) => batch / s));
  }
  const title = `${name}, libtorch ${build.version}`;
  console.log(`${title}: ours ${spread(rates.ours)}, peer ${spread(rates.peer)}`);
  return rateCell(title, median(rates.ours), peer ? median(rates.peer) : null, 'images/s');
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))].toPrecision(3);
  return `${at(0.5)} (${at(0)} to ${at(1)}, quartiles ${at(0.25)} to ${at(0.75)}) images/s`;
}

function startOurs(build: Build): Promise<Started> {
  const worker = join(packageRoot(), 'dist/bench/step/ours.js');
  const beside = join(dirname(process.argv[1]), 'step/ours.js');
  const script = existsSync(beside) ? beside : worker;
  return Peer.run(process.execPath, [script, flags.device], { LIBTORCH: build.root });
}

/** Every libtorch that the engine has been built for. */
function builds(): Build[] {
  const folder = join(packageRoot(), 'native/build');
  return readdirSync(folder)
    .map((name) => join(folder, name, 'stamp.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Build);
}

/** The Python a torch folder belongs to; the system's for the system's libtorch. */
function pythonOf(root: string): string | undefined {
  if (process.env.BENCH_PYTHON) return process.env.BENCH_PYTHON;
  const inSitePackages = /^(.*)\/lib\/python[^/]*\/site-packages\/torch$/.exec(root);
  if (inSitePackages) return join(inSitePackages[1], 'bin/python');
  return root === '/usr' ? '/usr/bin/python3' : undefined;
}
