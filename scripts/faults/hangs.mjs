import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { classFolders, fewLabels, makeBase, quick } from './support/base.mjs';
import {
  lastWords,
  patience,
  programFile,
  runCommand,
  runNode,
  slowness,
  verdictOf,
} from './support/command.mjs';
import { phaseNames } from './product.mjs';
import { pool } from './support/pool.mjs';
import { writeBlackPng } from './support/png.mjs';

/**
 * Places and files at which a program may wait for ever: each command must end in time, well or with a clean error; so
 * must one that is told to stop.
 */
export async function hangs({ tally, work, base }) {
  await makeBase(base, ['learned']);
  const slow = slowness();
  const limit = patience * slow;
  const context = { tally, work, base, limit, slow };
  const tests = [...inputs, ...outputs, ...stops];
  await pool(tests, 2, async ({ name, run }) => {
    const folder = join(work, name.replace(/\W+/g, '-'));
    mkdirSync(folder);
    try {
      const { ended, expected, args, again } = await run({ ...context, folder });
      const verdict = verdictOf(ended);
      const wrong =
        expected !== undefined && ['clean', 'accepted'].includes(verdict) && verdict !== expected;
      const what = verdict === 'hang' ? `${name}: no end in time` : lastWords(ended);
      tally.record(name, wrong ? `${verdict}, expected ${expected}` : verdict, {
        what,
        again: again ?? args?.join(' '),
      });
    } catch (error) {
      tally.record(name, 'fault of the test', { what: error.message });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Data with something odd in a class folder, then drawn. */
const oddData = (name, make, expected) => ({
  name,
  async run({ folder, limit }) {
    classFolders(join(folder, 'data'), { count: 3, side: 8 });
    make(join(folder, 'data/cat'));
    const args = ['preview', 'data', '--columns', '2'];
    return { ended: await runCommand(args, { cwd: folder, limit }), args, expected };
  },
});

const inputs = [
  oddData('a FIFO among the images', (cat) => execFileSync('mkfifo', [join(cat, 'pipe.png')])),
  oddData('a link to /dev/zero', (cat) => symlinkSync('/dev/zero', join(cat, 'zero.png'))),
  oddData('a link to a FIFO in /proc', (cat) => symlinkSync('/proc/kmsg', join(cat, 'log.png'))),
  oddData('a loop of links between folders', (cat) => symlinkSync('..', join(cat, 'loop'))),
  oddData(
    'a loop of links among files',
    (cat) => symlinkSync('loop.png', join(cat, 'loop.png')),
    'clean',
  ),
  {
    name: 'a FIFO as --config',
    async run({ folder, limit }) {
      execFileSync('mkfifo', [join(folder, 'settings.yaml')]);
      const args = ['learn', 'data', '--config', 'settings.yaml'];
      return { ended: await runCommand(args, { cwd: folder, limit }), args };
    },
  },
];

/** A short command with another place for what it writes; one of them trains. */
const oddPlace = (name, out, prepare = () => {}) =>
  ['export', 'train'].map((command) => ({
    name: `${command} --out ${name}`,
    async run({ base, folder, limit }) {
      prepare(folder);
      const place = out.startsWith('/') ? out : join(folder, out);
      const args =
        command === 'export'
          ? ['export', 'learned', '--format', 'json', '--out', place]
          : ['train', 'images', '--policy', 'none', ...quick, '--out', place];
      return { ended: await runCommand(args, { cwd: base, limit: 2 * limit }), args };
    },
  }));

const outputs = [
  ...oddPlace('below /proc', '/proc/safe-augment/out'),
  ...oddPlace('below a file in /proc', '/proc/self/status/out'),
  ...oddPlace('through a dangling link', 'link/out', (folder) =>
    symlinkSync(join(folder, 'gone'), join(folder, 'link')),
  ),
  ...oddPlace('that is a dangling link', 'link', (folder) =>
    symlinkSync(join(folder, 'gone'), join(folder, 'link')),
  ),
  ...oddPlace('through a loop of links', 'loop/out', (folder) =>
    symlinkSync('loop', join(folder, 'loop')),
  ),
  ...oddPlace('over 255 bytes', 'x'.repeat(300)),
  {
    name: 'a deleted working directory',
    async run({ folder, limit, base }) {
      const gone = join(folder, 'gone');
      mkdirSync(gone);
      // The directory is removed once the program is in it.
      const start = `require('node:fs').rmdirSync(process.cwd());
        import(${JSON.stringify(new URL(`file://${programFile}`).href)});`;
      const args = ['learn', join(base, 'images'), ...quick, ...fewLabels, '--out', 'out'];
      const ended = await runNode(['-e', start, '--', 'safe-augment', ...args], {
        cwd: gone,
        limit,
      });
      return { ended, args, again: `cd gone && rmdir ../gone && learn --out out` };
    },
  },
  {
    name: 'standard output to /dev/full',
    async run({ base, limit }) {
      const args = ['export', 'learned', '--format', 'json'];
      const stdout = openSync('/dev/full', 'w');
      return {
        ended: await runCommand(args, { cwd: base, limit, stdout }),
        args,
        expected: 'clean',
      };
    },
  },
  {
    name: 'a run whose standard output is /dev/full',
    async run({ base, folder, limit }) {
      const args = ['train', 'images', '--policy', 'none', ...quick, '--out', join(folder, 'out')];
      const stdout = openSync('/dev/full', 'w');
      return { ended: await runCommand(args, { cwd: base, limit: 2 * limit, stdout }), args };
    },
  },
  {
    name: 'events.jsonl is a folder',
    async run({ folder, base, limit }) {
      const args = ['train', join(base, 'images'), '--policy', 'none', ...quick, '--out', 'out'];
      const first = await runCommand(args, { cwd: folder, limit: 4 * limit });
      if (first.code !== 0) return { ended: first, args };
      rmSync(join(folder, 'out/events.jsonl'));
      mkdirSync(join(folder, 'out/events.jsonl'));
      const again = ['report', 'out'];
      return { ended: await runCommand(again, { cwd: folder, limit }), args: again };
    },
  },
];

/** Ctrl-C once a run says that it has begun a phase; the end must come within the limit after it. */
const stopped = (name, phase, make, args) => ({
  name,
  async run({ folder, slow }) {
    make(folder);
    // What is waited for here is a clock more than the processor: a busy machine excuses little.
    const limit = patience + 2 * (slow - 1);
    let timer;
    let late = false;
    const ended = await runCommand([...args, '--out', 'out'], {
      cwd: folder,
      limit: 120 * slow,
      env: { SAFE_AUGMENT_CACHE: join(folder, 'cache') },
      onText(text, child) {
        if (timer !== undefined || !text.includes(`${phaseNames[phase]} ...`)) return;
        // A moment later, so that the phase has begun.
        timer = setTimeout(() => {
          child.kill('SIGINT');
          timer = setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, limit * 1000);
        }, 500);
      },
    });
    clearTimeout(timer);
    if (timer === undefined) throw new Error(`the run ended before the phase ${phase} was seen`);
    return { ended: { ...ended, hung: ended.hung || late }, args };
  },
});

const stops = [
  stopped(
    'Ctrl-C while images are read',
    'prepare',
    (folder) => {
      mkdirSync(join(folder, 'data/a'), { recursive: true });
      mkdirSync(join(folder, 'data/b'));
      writeBlackPng(join(folder, 'black.png'), 5_000, 5_000);
      for (let i = 0; i < 600; i++)
        linkSync(join(folder, 'black.png'), join(folder, `data/${i % 2 ? 'a' : 'b'}/${i}.png`));
    },
    ['learn', 'data', '--size', '32'],
  ),
  stopped(
    'Ctrl-C while the machine is measured',
    'plan',
    (folder) => classFolders(join(folder, 'data')),
    ['learn', 'data', '--threads', '1', '--workers', '0'],
  ),
];
