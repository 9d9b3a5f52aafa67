// node scripts/checks/process-speed.mjs DATA [ROUNDS] [-- OPTIONS OF train]
// Training images a second of two processes with a thread each against one with a thread, in turns, on this machine: medians
// over rounds with their range, and the CPU seconds an image of all processes together, which other programs disturb less: those
// of two more epochs.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const [data, roundsText = '3', ...rest] = process.argv.slice(2);
const rounds = Number(roundsText);
const options = rest[0] === '--' ? rest.slice(1) : rest;
const folder = mkdtempSync(join(tmpdir(), 'process-speed-'));
/** Of the clock of proc(5), a second: on Linux for every program. */
const ticks = 100;
let port = 26000 + (process.pid % 3000);

/** CPU seconds of all children that have ended (proc(5), stat, fields 16 and 17). */
function cpuOfChildren() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticks;
}

/** Images a second in the epochs after the first, and what the whole run took. */
async function train(processes, epochs) {
  const out = join(folder, `run-${port}`);
  const args = ['train', data, '--policy', 'none', '--out', out, '--threads', '1'];
  args.push('--epochs', `${epochs}`);
  const env = { ...process.env, OMP_WAIT_POLICY: 'passive', MASTER_ADDR: '127.0.0.1' };
  const before = cpuOfChildren();
  port++;
  const codes = await Promise.all(
    Array.from({ length: processes }, (_, rank) => {
      const own = { RANK: `${rank}`, WORLD_SIZE: `${processes}`, MASTER_PORT: `${port}` };
      const child = spawn(
        process.execPath,
        [join(root, 'bin/safe-augment.mjs'), ...args, '--set', 'budget=null', ...options],
        { env: { ...env, ...own }, stdio: ['ignore', 'ignore', 'inherit'] },
      );
      return new Promise((done) => child.on('close', done));
    }),
  );
  if (codes.some((code) => code !== 0)) throw new Error(`ended with ${codes}`);
  const events = readFileSync(join(out, 'events.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  const done = events.filter(({ type }) => type === 'epoch');
  const rates = done.slice(1).map(({ imagesPerSecond }) => imagesPerSecond);
  const images = done.reduce((sum, each) => sum + each.seconds * each.imagesPerSecond, 0);
  const rate = rates.reduce((a, b) => a + b, 0) / rates.length;
  return { rate, images, cpu: cpuOfChildren() - before };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const rates = { 1: [], 2: [] };
const costs = { 1: [], 2: [] };
try {
  for (let round = 0; round < rounds; round++)
    for (const processes of round % 2 === 0 ? [1, 2] : [2, 1]) {
      const short = await train(processes, 1);
      const { rate, images, cpu } = await train(processes, 3);
      const cost = (1000 * (cpu - short.cpu)) / (images - short.images);
      rates[processes].push(rate);
      costs[processes].push(cost);
      const who = `${processes} process${processes > 1 ? 'es' : ''}`;
      console.log(`${who}: ${rate.toFixed(0)} images/s, ${cost.toFixed(2)} CPU ms an image`);
    }
  console.log(cpus()[0].model);
  for (const [what, of] of Object.entries({
    'images a second': rates,
    'CPU time an image': costs,
  })) {
    const ratios = of[2].map((value, i) => value / of[1][i]);
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    console.log(`${what}: ${(median(of[2]) / median(of[1])).toFixed(2)} times, rounds ${range}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
