import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveOf, serve, tarGz, zip } from './support/archives.mjs';
import { fewLabels, makeBase, quick } from './support/base.mjs';
import { codeOf, here, lastWords, runCommand, slowness, verdictOf } from './support/command.mjs';
import { random } from './support/random.mjs';

const mebi = 2 ** 20;

/**
 * Disks that fill up: small ones are mounted at seeded sizes for the run folder, the cache and a download. A full disk
 * is a clean error, a cache that is full no error at all; either way nothing half made stays behind.
 */
export async function disk({ tally, work, base, long, seed }) {
  const point = join(work, 'disk');
  mkdirSync(point);
  if (!mounted(point, mebi)) {
    tally.record('all', 'skipped', { what: 'a small disk can be mounted by root on Linux alone' });
    return;
  }
  unmount(point);
  await makeBase(base, ['learned']);
  const limit = 60 * slowness();
  const rng = random(seed, 'disk');
  const times = long ? 12 : 2;
  for (let i = 0; i < times; i++) {
    // A run of this kind takes some 3 MB: weights twice, pictures and the report.
    await onDisk(runFull, mebi * (0.02 + 3 * rng.float()));
    await onDisk(cacheFull, mebi * (1 + 17 * rng.float()));
    for (const kind of ['tar.gz', 'zip'])
      await onDisk((given) => downloadFull(given, kind), mebi * (0.1 + 1.2 * rng.float()));
    await onDisk(outputFull, 4096 * (1 + rng.int(8)));
  }

  async function onDisk(test, bytes) {
    if (!mounted(point, Math.ceil(bytes / 4096) * 4096)) return;
    try {
      await test({ tally, base, point, bytes, limit, work });
    } finally {
      unmount(point);
    }
  }
}

function mounted(point, bytes) {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', point], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function unmount(point) {
  execFileSync('umount', ['-l', point]);
}

const sizeText = (bytes) => `a disk of ${(bytes / 1024).toFixed(0)} KiB`;

/** The run folder's disk fills up; with more room the run goes on to its end. */
async function runFull({ tally, base, point, bytes, limit }) {
  const out = join(point, 'run');
  const args = ['learn', 'images', ...quick, ...fewLabels, '--out', out];
  const ended = await runCommand(args, { cwd: base, limit });
  const verdict = verdictOf(ended);
  const name = 'run folder';
  const again = `${args.join(' ')}, on ${sizeText(bytes)}`;
  if (verdict !== 'clean' && verdict !== 'accepted') {
    tally.record(name, verdict, { what: lastWords(ended), again });
    return;
  }
  const left = leftOvers(point);
  if (left.length > 0) {
    tally.record(name, 'left-over file', { what: left.join('\n'), again });
    return;
  }
  tally.record(name, verdict);
  if (verdict === 'accepted') return;
  execFileSync('mount', ['-o', `remount,size=${64 * mebi}`, point]);
  let next = await runCommand(['learn', '--resume', '--out', out], { cwd: base, limit });
  if (codeOf(next) === 'RUN_MISSING') next = await runCommand(args, { cwd: base, limit });
  const gone = verdictOf(next);
  tally.record('run folder, gone on with', gone === 'clean' ? 'cannot go on' : gone, {
    what: lastWords(next),
    again,
  });
}

/** The cache's disk is too small: the command goes on without it, and leaves the room as it was. */
async function cacheFull({ tally, base, point, bytes, limit, work }) {
  const args = ['preview', 'images', '--size', '512', '--columns', '2'];
  const out = join(work, 'sheet.png');
  const env = { SAFE_AUGMENT_CACHE: point };
  const ended = await runCommand([...args, '--out', out], { cwd: base, limit, env });
  rmSync(out, { force: true });
  const verdict = verdictOf(ended);
  const { blocks, bfree, bsize } = statfsSync(point);
  const again = `${args.join(' ')}, with the cache on ${sizeText(bytes)}`;
  if (verdict !== 'accepted')
    tally.record('cache folder', verdict === 'clean' ? 'unexpected error' : verdict, {
      what: lastWords(ended),
      again,
    });
  else if (leftOvers(point).length > 0 || (blocks - bfree) * bsize > 0.9 * bytes)
    tally.record('cache folder', 'left-over file', {
      what: `${readdirSync(point).length} files take ${(blocks - bfree) * bsize} of ${blocks * bsize} bytes`,
      again,
    });
  else tally.record('cache folder', 'accepted');
}

/** An archive whose content does not fit. */
async function downloadFull({ tally, point, bytes, limit }, kind) {
  const content = random('disk', 'content');
  const block = Buffer.from(Array.from({ length: 3000 }, () => content.int(256)));
  const files = [1, 2, 3, 4].map((i) => [`set/part${i}`, Buffer.concat(Array(100).fill(block))]);
  const archive = kind === 'zip' ? zip(files) : tarGz(files);
  const server = await serve({ [`/set.${kind}`]: archive });
  try {
    const given = JSON.stringify(archiveOf(`${server.address}/set.${kind}`, archive, kind));
    const script = join(here, 'kills/download-once.mjs');
    const ended = await runCommand([given, point], { script, limit });
    const verdict = verdictOf(ended);
    const name = `download of ${kind}`;
    const again = `download of 1.2 MB in a ${kind} onto ${sizeText(bytes)}`;
    const left = readdirSync(point).filter((file) => /\.unpacking-|\.tmp$/.test(file));
    if (verdict !== 'clean' && verdict !== 'accepted')
      tally.record(name, verdict, { what: lastWords(ended), again });
    else if (left.length > 0) tally.record(name, 'left-over file', { what: left.join(), again });
    else if (verdict === 'clean' && codeOf(ended) !== 'DISK_FULL')
      tally.record(name, 'unclear error', { what: lastWords(ended), again });
    else tally.record(name, verdict);
  } finally {
    server.close();
  }
}

/** Single files onto a full disk. */
async function outputFull({ tally, base, point, bytes, limit }) {
  writeFileSync(join(point, 'ballast'), Buffer.alloc(Math.max(0, bytes - 4096)));
  const commands = {
    preview: ['preview', 'images', '--columns', '2', '--out', join(point, 'sheet.png')],
    export: [
      ...['export', 'learned', '--format', 'safetensors', '--out'],
      join(point, 'deep/net.safetensors'),
    ],
  };
  for (const [name, args] of Object.entries(commands)) {
    const ended = await runCommand(args, { cwd: base, limit });
    const left = leftOvers(point);
    const again = `${args.join(' ')}, on ${sizeText(bytes)}`;
    if (left.length > 0) tally.record(name, 'left-over file', { what: left.join('\n'), again });
    else tally.record(name, verdictOf(ended), { what: lastWords(ended), again });
  }
}

function leftOvers(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) =>
    /\.tmp$|run\.lock|\.unpacking-/.test(name),
  );
}
