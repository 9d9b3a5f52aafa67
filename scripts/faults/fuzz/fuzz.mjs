import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeBase } from '../support/base.mjs';
import { here, lastWords, patience, runCommand, slowness, verdictOf } from '../support/command.mjs';
import { makeCorpus } from './corpus.mjs';
import { lay } from './lay.mjs';
import { targets } from './targets.mjs';
import { pool } from '../support/pool.mjs';
import { random } from '../support/random.mjs';

const processes = 2;
/** Trials that go through the command line too. */
const byCommand = { short: 12, long: 200 };

/**
 * Mutates every kind of file that the program reads. A trial ends well if the file is accepted or its user is told
 * what is wrong with it; anything else is a failure.
 */
export async function fuzz({ tally, work, base, long, seed, isLate }) {
  await makeBase(base, ['learned', 'several', 'trained', 'masked', 'compared']);
  const corpus = join(work, 'corpus');
  mkdirSync(corpus);
  await makeCorpus(corpus, base);
  const trials = targets.flatMap((target, number) => {
    const count = Math.max(target.count[long ? 1 : 0], target.specials?.length ?? 0);
    return Array.from({ length: count }, (_, index) => ({ target: number, index }));
  });
  const limit = patience * slowness();
  const queue = random(seed, 'fuzz', 'order').shuffled(trials);
  const context = { tally, work, corpus, seed, limit, queue, isLate };
  await Promise.all(Array.from({ length: processes }, (_, i) => consume(context, i)));
  if (queue.length > 0)
    tally.notes.push(`${queue.length} of ${trials.length} mutations left out for time`);
  await sample(context, trials, long ? byCommand.long : byCommand.short);
}

/** One process after the other takes trials from the queue until it is empty. */
async function consume(context, number) {
  const area = join(context.work, `process ${number}`);
  while (context.queue.length > 0 && !context.isLate()) await oneProcess(context, area);
}

/** Feeds one process until it ends, dies, hangs, or nothing is left to do. */
function oneProcess({ tally, corpus, seed, limit, queue, isLate }, area) {
  rmSync(area, { recursive: true, force: true });
  mkdirSync(area, { recursive: true });
  const child = fork(join(here, 'fuzz/worker.mjs'), [area, corpus, String(seed)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr.on('data', (text) => (words = (words + text).slice(-2000)));
  return new Promise((resolve) => {
    let timer;
    let current;
    let hung = false;
    const fail = (message, failure) => {
      const target = targets[message.target];
      const file = message.file ?? '';
      const input = file === '' ? undefined : join(area, 'input', file);
      const again = `fuzz, seed ${seed}, ${target.name}, trial ${message.index}: ${file}`;
      tally.record(target.name, message.outcome, { ...failure, input, again });
    };
    const next = () => {
      current = isLate() ? undefined : queue.shift();
      if (current === undefined) child.disconnect();
      else child.send(current);
    };
    child.on('message', (message) => {
      clearTimeout(timer);
      if (message.laid) {
        current = message;
        timer = setTimeout(() => {
          hung = true;
          child.kill('SIGKILL');
        }, limit * 1000);
        return;
      }
      // What a trial left running may fail during the next one, which is then tried again.
      const other = current.target !== message.target || current.index !== message.index;
      if (message.last && other) queue.push(current);
      current = undefined;
      fail(message, message);
      if (!message.last) next();
    });
    // Not `close`, which Node leaves out for a child that has been disconnected from here.
    child.on('exit', async (code, signal) => {
      clearTimeout(timer);
      if (!child.stderr.readableEnded) await Promise.race([once(child.stderr, 'end'), wait(1000)]);
      if (current !== undefined) {
        const outcome = hung ? 'hang' : signal === null ? `exit code ${code}` : `signal ${signal}`;
        const what = hung ? `no end within ${patience} s` : fatalWords(words);
        // A hang has no stack: what hangs is told by its file.
        const same = hung
          ? `${targets[current.target].name} ${basename(current.file ?? '')}`
          : undefined;
        fail({ ...current, outcome }, { what, same });
      }
      resolve();
    });
    next();
  });
}

/** Some trials by the command line: exit code, message and time are those that a user sees. */
async function sample({ tally, work, corpus, seed, limit, isLate }, trials, count) {
  const able = trials.filter(({ target }) => targets[target].command !== undefined);
  const chosen = random(seed, 'fuzz', 'by command').shuffled(able).slice(0, count);
  let leftOut = 0;
  await pool(chosen, processes, async (trial) => {
    if (isLate()) {
      leftOut++;
      return;
    }
    const target = targets[trial.target];
    const area = join(work, `command ${trial.target} ${trial.index}`);
    const folder = join(area, 'input');
    const file = lay(target, { seed, index: trial.index, corpus, folder });
    const args = target.command(folder, file);
    const cwd = join(area, 'cwd');
    mkdirSync(cwd);
    const env = { SAFE_AUGMENT_CACHE: join(area, 'cache') };
    const ended = await runCommand(args, { cwd, env, limit: 3 * limit });
    const kept = join(area, basename(file));
    cpSync(join(folder, file), kept);
    tally.record(`by command: ${target.name}`, verdictOf(ended), {
      what: lastWords(ended),
      input: kept,
      again: args.join(' '),
    });
    rmSync(area, { recursive: true, force: true });
  });
  if (leftOut > 0) tally.notes.push(`${leftOut} of ${chosen.length} commands left out for time`);
}

/** Of what a dying process prints, the lines that say why. */
function fatalWords(text) {
  const lines = text.split('\n').filter((line) => /fatal|error|abort|heap/i.test(line));
  return (lines.length > 0 ? lines : text.trim().split('\n')).slice(0, 4).join('\n');
}
