// npm run faults [-- PART...] [-- --long] [--seed N] [--minutes M] [--json FILE] [--keep DIR]
// Kills, full disks, mutated files, memory, leaks and hangs, tried on the built program with fixed seeds. Short by
// default (about three minutes on two cores); --long takes an hour or more. After M minutes a part begins no further kill
// or mutation, and says how many it has left out. What fails is kept in DIR (runs/faults).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Tally } from './faults/support/tally.mjs';
import { main, root, setUp } from './setup.mjs';

const parts = {
  kills: async () => (await import('./faults/kills/kills.mjs')).kills,
  disk: async () => (await import('./faults/disk.mjs')).disk,
  fuzz: async () => (await import('./faults/fuzz/fuzz.mjs')).fuzz,
  memory: async () => (await import('./faults/memory.mjs')).memory,
  leaks: async () => (await import('./faults/leaks/leaks.mjs')).leaks,
  hangs: async () => (await import('./faults/hangs.mjs')).hangs,
};

await main(async (args) => {
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      long: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: 'Infinity' },
      json: { type: 'string' },
      keep: { type: 'string', default: join(root, 'runs/faults') },
    },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    console.error(`No part is called ${unknown}. There are: ${Object.keys(parts).join(', ')}.`);
    return 2;
  }
  await setUp({ install: false });
  const work = mkdtempSync(join(tmpdir(), 'faults-'));
  const results = [];
  try {
    for (const name of positionals.length > 0 ? positionals : Object.keys(parts))
      results.push(await part(name, work, values));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  if (values.json !== undefined) {
    const { seed, long } = values;
    writeFileSync(values.json, `${JSON.stringify({ seed, long, parts: results }, null, 2)}\n`);
  }
  const failed = results.flatMap(({ failures }) => failures).length;
  console.log(failed === 0 ? 'Nothing failed.' : `${failed} distinct failures.`);
  return failed === 0 ? 0 : 1;
});

/** Does one part and prints its table. */
async function part(name, all, { long, seed, minutes, keep }) {
  const tally = new Tally(name, resolve(keep));
  const start = performance.now();
  const run = await parts[name]();
  const work = join(all, name);
  mkdirSync(work);
  try {
    const isLate = () => performance.now() - start > 60_000 * Number(minutes);
    await run({ tally, work, base: join(all, 'base'), long, seed: Number(seed), isLate });
  } catch (error) {
    // The other parts go on.
    tally.record(name, 'fault of the test', { what: String(error?.stack ?? error) });
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${tally.text()}\n${name}: ${seconds} s\n`);
  return { ...tally.json(), seconds };
}
