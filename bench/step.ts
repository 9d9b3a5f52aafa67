import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/core/index.js';
import { Peer, type Started } from './common/peer.js';
import { median, publish, rateCell, type Cell } from './common/report.js';

// Images per second of whole training steps (forward, loss, backward, SGD with momentum and weight
// decay; Adam in segmentation), two threads on the CPU, channels-last, against Python's PyTorch on the same libtorch: two processes that
// take turns, one working while the other waits; medians over rounds. Each in float32 and in bfloat16 (there with
// autocast), and forward passes of judging. Every libtorch the engine has been
// built for is measured (`node scripts/native/build.mjs --all`, or LIBTORCH=... and --beside); with LIBTORCH
// set, that one alone.
// Where PyTorch cannot do a case in bfloat16 the output says so; where the machine does not multiply bfloat16, only float32 is measured.
// `--rounds N` (default 7), `--steps N` a round (default 3, on a card 20), `--only CASE`, `--device cuda` (default cpu),
// `--threads N` (default 2), `--clock cpu`: processor time instead of the clock's, for machines with other work.
// On a card the steps of a round follow each other without waiting for it, as in training, and the round is timed as a
// whole, from an idle card to an idle card. `--compile MODE` (such as default): PyTorch through torch.compile too;
// `--search`: both sides let cuDNN choose its algorithms by measuring them.

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    steps: { type: 'string' },
    only: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '2' },
    clock: { type: 'string', default: 'wall' },
    compile: { type: 'string' },
    search: { type: 'boolean', default: false },
  },
});
const rounds = Number(flags.rounds);
const onCard = flags.device !== 'cpu';
const steps = Number(flags.steps ?? (onCard ? 20 : 3));

interface Case {
  readonly name: string;
  readonly model: string;
  readonly stem?: string;
  readonly batch: number;
  /** `segmentation`: a Feature Pyramid Network on the model; Adam, 19 classes, 15 labels. */
  readonly task?: 'segmentation';
  /** Height and width; default 32. */
  readonly size?: number;
  /** A forward pass in evaluation mode instead of a step. */
  readonly judging?: boolean;
  /** Norms keep their running statistics, as in fine-tuning. */
  readonly frozen?: boolean;
  /** The first stages, which stay as they are altogether; default 0. */
  readonly frozenStages?: number;
  /** Too much for two cores. */
  readonly forCards?: boolean;
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
  { name: 'resnet-small batch 1024', model: 'resnet-small', batch: 1024, forCards: true },
  {
    name: 'FPN on densenet121, 256x256, batch 16',
    model: 'densenet121',
    batch: 16,
    task: 'segmentation',
    size: 256,
    forCards: true,
  },
  {
    name: 'efficientnet-lite0, 160x160, batch 32',
    model: 'efficientnet-lite0',
    batch: 32,
    size: 160,
  },
  {
    name: 'efficientnet-lite0, 160x160, batch 128',
    model: 'efficientnet-lite0',
    batch: 128,
    size: 160,
    forCards: true,
  },
  {
    name: 'frozen norms, efficientnet-lite0, 160x160, batch 32',
    model: 'efficientnet-lite0',
    batch: 32,
    size: 160,
    frozen: true,
  },
  {
    name: 'three stages frozen, efficientnet-lite0, 160x160, batch 32',
    model: 'efficientnet-lite0',
    batch: 32,
    size: 160,
    frozen: true,
    frozenStages: 3,
  },
  { name: 'resnet18, 128x128, batch 32', model: 'resnet18', batch: 32, size: 128 },
  { name: 'judging, densenet121 batch 256', model: 'densenet121', batch: 256, judging: true },
  { name: 'judging, resnet-small batch 256', model: 'resnet-small', batch: 256, judging: true },
  {
    name: 'judging, efficientnet-lite0, 160x160, batch 32',
    model: 'efficientnet-lite0',
    batch: 32,
    size: 160,
    judging: true,
  },
];
const precisions = ['float32', 'bfloat16'] as const;
/** Ours and PyTorch's way of computing, as they are compared. */
const comparisons = [
  ['float32', 'float32'],
  ['bfloat16', 'float32'],
  ['bfloat16', 'bfloat16'],
  ['float32', 'float32 compiled'],
  ['bfloat16', 'bfloat16 compiled'],
] as const;

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
  const peer = await Peer.start('step', pythonOf(build.root), [
    flags.device,
    flags.threads,
    flags.clock,
    flags.search ? 'search' : '',
  ]);
  Object.assign(versions, { [`libtorch ${build.version}`]: JSON.stringify(ours.versions) });
  if (peer) versions[`peer of ${build.version}`] = JSON.stringify(peer.versions);
  for (const each of cases)
    if (flags.only === undefined ? onCard || !each.forCards : each.name.includes(flags.only))
      cells.push(...(await compare(build, each, ours, peer)));
  ours.peer.close();
  peer?.peer.close();
}
publish(flags.device === 'cpu' ? 'step' : `step on ${flags.device}`, cells, versions);

/** The seconds of some steps, or why they cannot be done. */
type Answer = { readonly seconds: number[] } | { readonly unable: string };

async function compare(
  build: Build,
  {
    name,
    model,
    stem,
    batch,
    task,
    size = 32,
    judging = false,
    frozen = false,
    frozenStages,
  }: Case,
  ours: NonNullable<Started>,
  peer: Started,
): Promise<Cell[]> {
  const work = { batch, steps, task, size, judging, frozen, frozenStages };
  const request = { model, stem: stem ?? 'imagenet', ...work };
  const rates = new Map<string, number[]>();
  const unable = new Map<string, string>();
  const measure = async (side: string, from: NonNullable<Started>, keep: boolean) => {
    const ways = [undefined, ...(side === 'PyTorch' && flags.compile ? [flags.compile] : [])];
    for (const [compile, precision] of ways.flatMap((w) =>
      precisions.map((p) => [w, p] as const),
    )) {
      const emulated = side === 'PyTorch' && unable.has(`ours ${precision}`);
      if (emulated) continue;
      const answer = await from.peer.ask<Answer>({ ...request, precision, compile });
      const key = `${side} ${precision}${compile === undefined ? '' : ' compiled'}`;
      if ('unable' in answer) unable.set(key, answer.unable);
      else if (keep)
        rates.set(key, [...(rates.get(key) ?? []), ...answer.seconds.map((s) => batch / s)]);
    }
  };
  // The first round builds the networks and warms caches; it does not count.
  for (let round = 0; round <= rounds; round++) {
    await measure('ours', ours, round > 0);
    if (peer) await measure('PyTorch', peer, round > 0);
  }
  const title = `${name}, libtorch ${build.version}`;
  for (const [key, values] of rates) console.log(`${title}: ${key} ${spread(values)}`);
  for (const [key, reason] of unable) console.log(`${title}: ${key} cannot do it: ${reason}`);
  return comparisons.flatMap(([mine, theirs]) => {
    const [own, other] = [rates.get(`ours ${mine}`), rates.get(`PyTorch ${theirs}`)];
    if (!own || (theirs.endsWith('compiled') && !other)) return [];
    const pair = `${mine} against PyTorch ${theirs}`;
    return rateCell(`${title}: ${pair}`, median(own), other ? median(other) : null, 'images/s');
  });
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
  return Peer.run(
    process.execPath,
    [script, flags.device, flags.threads, flags.clock, flags.search ? 'search' : ''],
    {
      SAFE_AUGMENT_TORCH: build.root,
    },
  );
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
