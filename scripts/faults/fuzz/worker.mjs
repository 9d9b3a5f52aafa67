// A process of the fuzz tests: told a trial, it lays the input, calls the product, and says how that ended.
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memoryBound, placeIn } from '../support/command.mjs';
import { lay } from './lay.mjs';
import { Different, targets } from './targets.mjs';

const [area, corpus, seed] = process.argv.slice(2);
const input = join(area, 'input');
mkdirSync(join(area, 'cwd'), { recursive: true });
process.chdir(join(area, 'cwd'));
process.env.SAFE_AUGMENT_CACHE = join(area, 'cache');

let current;
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error) => {
    process.send({ ...current, ...described(error), outcome: 'unhandled rejection', last: true });
    process.disconnect();
    process.exit(1);
  });

process.on('message', async ({ target: number, index }) => {
  try {
    await trial(number, index);
  } catch (error) {
    // Not the product's, but the tests' own.
    process.send({ ...current, ...described(error), outcome: 'fault of the test', last: false });
  }
});

async function trial(number, index) {
  const target = targets[number];
  current = { target: number, index };
  const file = lay(target, { seed: Number(seed), index, corpus, folder: input });
  current.file = file;
  // From here on the parent counts the seconds.
  process.send({ ...current, laid: true });
  const before = listing();
  let result;
  try {
    await target.use(input, file, corpus);
    result = { outcome: 'accepted' };
  } catch (error) {
    result = outcomeOf(error);
  }
  // What was left running may still fail.
  await new Promise((resolve) => setImmediate(resolve));
  const written = listing().filter((name) => !before.includes(name));
  if (written.length > 0)
    result = { outcome: 'written outside the folder', what: written.join('\n') };
  const resident = process.resourceUsage().maxRSS * 1024;
  const last = resident > memoryBound;
  if (last)
    result = {
      outcome: 'memory',
      what: `over 2 GB resident${result.what === undefined ? '' : `; ${result.what}`}`,
      place: result.place,
    };
  process.send({ ...current, ...result, last });
  if (last) process.exit(0);
}

function outcomeOf(error) {
  if (error?.name === 'UserError') {
    const clear = Object.values(error.problem ?? {}).some((part) => part !== undefined);
    return clear ? { outcome: 'clean' } : { outcome: 'unclear error', what: error.message };
  }
  if (error?.name === 'Interrupted') return { outcome: 'accepted' };
  return {
    outcome: error instanceof Different ? error.outcome : 'internal error',
    ...described(error),
  };
}

/** What was thrown, and the first place in the product that it came through. */
function described(error) {
  const place = placeIn(String(error?.stack ?? ''));
  const what = `${error?.name ?? typeof error}: ${error?.message ?? String(error)}`;
  return { what: what.slice(0, 600), place };
}

/** Everything in the area but the input and the cache, with sizes. */
function listing() {
  return readdirSync(area, { recursive: true })
    .filter((name) => !/^(input|cache)(\/|$)/.test(name))
    .map((name) => `${name} ${statSync(join(area, name), { throwIfNoEntry: false })?.size}`);
}
