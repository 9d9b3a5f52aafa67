import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  manifestSchema,
  readRunFile,
  trainingResultSchema,
  type TrainingResult,
} from '../../../src/run/files/index.js';
import { canJoinProcesses } from '../../../src/tensor/index.js';
import { projectRoot, smallData } from '../support/small-data.js';

const bin = fileURLToPath(new URL(`file://${join(projectRoot, 'bin', 'safe-augment.mjs')}`));
const skip = canJoinProcesses() ? false : 'the engine was built without several processes';
/** Seconds in which the others must end where one dies. */
const mostSeconds = 30;

let folder: string;
let port = 21000 + (process.pid % 9000);
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
  smallData(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Milliseconds of any clock. */
  readonly at: number;
}

interface Start {
  /** Of the launch; the same for its restarts. */
  readonly id: string;
  readonly restarts?: number;
  /** Sees what process 0 prints. */
  readonly watch?: (out: string, children: readonly ChildProcess[]) => void;
}

/** Two processes, as torchrun starts them. */
function launch(args: readonly string[], { id, restarts = 0, watch }: Start): Promise<Ended[]> {
  port++;
  const children = [0, 1].map((rank) =>
    spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...{ RANK: String(rank), LOCAL_RANK: String(rank), WORLD_SIZE: '2', LOCAL_WORLD_SIZE: '2' },
        ...{ MASTER_ADDR: '127.0.0.1', MASTER_PORT: String(port) },
        ...{ TORCHELASTIC_RUN_ID: id, TORCHELASTIC_RESTART_COUNT: String(restarts) },
      },
    }),
  );
  return Promise.all(
    children.map(
      (child, rank) =>
        new Promise<Ended>((resolve) => {
          let out = '';
          let err = '';
          child.stdout.on('data', (text: Buffer) => {
            out += text.toString();
            if (rank === 0) watch?.(out, children);
          });
          child.stderr.on('data', (text: Buffer) => (err += text.toString()));
          child.on('close', (code) => resolve({ code, out, err, at: performance.now() }));
        }),
    ),
  );
}

const train = (out: string, ...args: string[]) => [
  ...['train', 'images', '--policy', 'all', '--out', out, '--epochs', '3', '--batch', '16'],
  ...['--threads', '1', '--workers', '0', '--set', 'model.width=8', ...args],
];
/** What a stop must not change. */
const numbers = ({ seconds: _, ...rest }: TrainingResult) => rest;
const resultOf = (run: string) =>
  numbers(readRunFile(join(folder, run), 'results', trainingResultSchema));

/** Does something once the second epoch has begun. */
function onSecondEpoch(act: (children: readonly ChildProcess[]) => void): Start['watch'] {
  let done = false;
  return (out, children) => {
    if (done || !out.includes('epoch 1/3:')) return;
    done = true;
    act(children);
  };
}

test(
  'process 0 alone speaks and writes; what is stopped or dies goes on to the same end',
  { skip },
  async () => {
    const whole = await launch(train('whole'), { id: 'whole' });
    assert.deepEqual(
      whole.map(({ code }) => code),
      [0, 0],
      whole[0].err,
    );
    assert.match(whole[0].out, /top-1/);
    assert.equal(whole[1].out + whole[1].err, '');
    const { processes } = readRunFile(join(folder, 'whole'), 'manifest', manifestSchema);
    assert.deepEqual(processes, { count: 2, launch: 'whole' });

    let killed = 0;
    const kill = onSecondEpoch(([, second]) => {
      killed = performance.now();
      second.kill('SIGKILL');
    });
    const [first] = await launch(train('killed'), { id: 'killed', watch: kill });
    assert.equal(first.code, 2, first.err);
    assert.match(first.err, /PROCESS_LOST/);
    assert.ok(first.at - killed < mostSeconds * 1000, `${first.at - killed} ms`);
    assert.ok(existsSync(join(folder, 'killed', 'checkpoint', 'latest.safetensors')));
    // Another launch is not told to go on with it.
    const [other] = await launch(train('killed'), { id: 'other', restarts: 1 });
    assert.match(other.err, /RUN_EXISTS/);
    const again = await launch(train('killed'), { id: 'killed', restarts: 1 });
    assert.equal(again[0].code, 0, again[0].err);
    assert.deepEqual(resultOf('killed'), resultOf('whole'));

    const stop = onSecondEpoch((children) => {
      for (const child of children) child.kill('SIGINT');
    });
    const stopped = await launch(train('stopped'), { id: 'stopped', watch: stop });
    assert.deepEqual(
      stopped.map(({ code }) => code),
      [130, 130],
    );
    assert.match(stopped[0].err, /Interrupted, state saved/);
    assert.equal(stopped[1].err, '');
    const resumed = await launch(train('stopped', '--resume'), { id: 'resumed' });
    assert.equal(resumed[0].code, 0, resumed[0].err);
    assert.deepEqual(resultOf('stopped'), resultOf('whole'));
  },
);

test('mistakes are told once, and end both processes', { skip }, async () => {
  const mistakes: [string, readonly string[]][] = [
    ['DATA_MISSING', ['train', 'nowhere', '--policy', 'none', '--out', 'a']],
    ['CONFIG_INVALID', train('b', '--set', 'optimiser.lr=-1')],
    ['BATCH_PROCESSES', [...train('c'), '--batch', '15']],
    ['PROCESSES_COMMAND', ['learn', 'images', '--out', 'd']],
  ];
  for (const [code, args] of mistakes) {
    const ended = await launch(args, { id: code });
    assert.deepEqual(
      ended.map((each) => each.code),
      [2, 2],
      code,
    );
    assert.match(ended[0].err, new RegExp(`code: +${code}`));
    assert.equal(ended[1].out + ended[1].err, '', code);
  }
});

test('with a budget, process 0 looks at the clock and the other follows', { skip }, async () => {
  const args = train('budget', '--budget', '12s').filter((arg) => !['--epochs', '3'].includes(arg));
  const ended = await launch(args, { id: 'budget' });
  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 0],
    ended[0].err,
  );
  assert.ok(resultOf('budget').epochs >= 1);
});
