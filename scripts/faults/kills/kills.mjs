import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeBase } from '../support/base.mjs';
import { codeOf, here, lastWords, runCommand, slowness, verdictOf } from '../support/command.mjs';
import { workingFolder, writingCommands } from './commands.mjs';
import { pool } from '../support/pool.mjs';
import { random } from '../support/random.mjs';

/** After these a file is whole, gone, or has grown: the moments between two files. */
const gaps = new Set([
  ...['renameSync', 'rename', 'appendFileSync', 'writeFileSync', 'linkSync', 'rmSync'],
  ...['unlinkSync', 'copyFileSync', 'mkdtempSync'],
]);
const writing = new Set(['writeSync', 'appendFileSync', 'writeFileSync']);
/** In the long run: so many, or one for every gap if these are more. */
const mostKills = 200;

/**
 * Stops every command that writes, at moments between two files, within a file, and at any time; then goes on as a
 * user would, and expects what an undisturbed run leaves, to the byte, and nothing else.
 */
export async function kills({ tally, work, base, long, seed, isLate }) {
  await makeBase(base, ['learned', 'trained', 'masked']);
  const limit = 60 * slowness();
  const { commands, close } = await writingCommands();
  try {
    const known = new Map();
    await pool(commands, 2, async (command) => {
      known.set(command.name, await undisturbed(command, { base, work, limit, tally }));
    });
    const trials = trialsOf(commands, known, { long, seed });
    let leftOut = 0;
    await pool(trials, 2, async (trial) => {
      if (isLate()) {
        leftOut++;
        return;
      }
      const context = { base, work, limit, tally, expected: known.get(trial.command.name) };
      await attempt(trial, context);
    });
    if (leftOut > 0) tally.notes.push(`${leftOut} of ${trials.length} kills left out for time`);
  } finally {
    close();
  }
}

/** What the command leaves when nothing stops it, and every operation that it does to files. */
async function undisturbed(command, { base, work, limit, tally }) {
  const folder = join(work, `whole ${command.name}`);
  const place = workingFolder(base, folder);
  const record = join(work, `${command.name}.json`);
  const ended = await runCommand(command.args, {
    ...place,
    script: command.script,
    limit,
    preload: preloaded({ record }),
  });
  const verdict = verdictOf(ended);
  if (verdict !== 'accepted') {
    tally.record(command.name, verdict === 'clean' ? 'unexpected error' : verdict, {
      what: lastWords(ended),
      again: command.args.join(' '),
    });
    return undefined;
  }
  const operations = JSON.parse(readFileSync(record, 'utf8')).map(([name, path]) => ({
    name,
    file: nameIn(folder, path),
  }));
  const found = { operations, seconds: ended.seconds, files: filesOf(join(folder, command.out)) };
  rmSync(folder, { recursive: true, force: true });
  return found;
}

/** A path as a label. */
function nameIn(folder, path) {
  const inside = relative(folder, path);
  return general(inside.startsWith('..') ? basename(path) : inside);
}

/** Without what differs from one process to the next. */
function general(name) {
  return name
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID')
    .replace(/\.unpacking-\w+/, '.unpacking-ID')
    .replace(/\.\d+\.tmp/, '.PID.tmp')
    .replace(/\d+-\d+-\d+\.tmp/, 'PID.tmp')
    .replace(/\b[0-9a-f]{64}\b/, 'HASH');
}

/** Which command is stopped where and how. */
function trialsOf(commands, known, { long, seed }) {
  const every = [];
  const others = [];
  for (const command of commands) {
    const whole = known.get(command.name);
    if (whole === undefined) continue;
    const rng = random(seed, 'kills', command.name);
    whole.operations.forEach(({ name, file }, i) => {
      const stop = { command, label: `${name} ${file}` };
      // Pictures of samples are alike: the first three stand for all.
      const alike = /samples\/|predictions\//.test(file) && i % 4 !== 0;
      if (gaps.has(name)) {
        (alike ? others : every).push({ ...stop, after: i + 1, signal: 'SIGKILL' });
        const signal = rng.float() < 0.5 ? 'SIGINT' : '2xSIGINT';
        others.push({ ...stop, after: i + 1, signal });
      } else others.push({ ...stop, after: i + 1, signal: 'SIGKILL' });
      if (writing.has(name))
        others.push({ ...stop, label: `half of ${stop.label}`, torn: i + 1, signal: 'SIGKILL' });
    });
    for (let i = 0; i < 10; i++)
      others.push({
        command,
        label: 'any moment',
        moment: whole.seconds * rng.float(),
        signal: rng.pick(['SIGKILL', 'SIGKILL', 'SIGINT', '2xSIGINT']),
      });
  }
  const rng = random(seed, 'kills', 'which');
  if (long) {
    const more = rng.shuffled(others).slice(0, Math.max(0, mostKills - every.length));
    return rng.shuffled([...every, ...more]);
  }
  // Short: of each command one gap and one other stop; of learn and compare --from, which have most files, more.
  return commands.flatMap((command) => {
    const of = (trials, n) =>
      rng.shuffled(trials.filter((trial) => trial.command === command)).slice(0, n);
    const many = ['learn', 'compare --from'].includes(command.name);
    return [...of(every, many ? 3 : 1), ...of(others, many ? 2 : 1)];
  });
}

const preloaded = (options) => {
  const url = pathToFileURL(join(here, 'kills/kill-after-write.mjs'));
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, String(value));
  return url;
};

let trialCount = 0;

/** Stops the command, goes on, and compares. */
async function attempt(trial, { base, work, limit, tally, expected }) {
  const { command, label, after, torn, moment, signal } = trial;
  const folder = join(work, `trial ${++trialCount}`);
  const place = { ...workingFolder(base, folder), script: command.script, limit };
  const preload =
    moment !== undefined
      ? undefined
      : preloaded({ ...(after && { after }), ...(torn && { torn }), signal });
  const told = [];
  const run = async (args, options = {}) => {
    const ended = await runCommand(args, { ...place, ...options });
    told.push(`${args.join(' ')}\n  -> ${verdictOf(ended)}`);
    return ended;
  };
  const where = `${signal} ${moment === undefined ? `after ${label}` : 'at any moment'}`;
  const fail = (outcome, what) => {
    const again = [
      `${command.name}, ${where}`,
      ...(preload ? [`--import '${preload}'`] : []),
      ...told,
    ];
    const same = `${command.name} ${what.split('\n')[0].replace(/\d+/g, 'N')}`;
    const place = `${command.name}: ${where}`;
    tally.record(command.name, outcome, { what, place, again, same });
  };
  try {
    const first = await run(command.args, {
      preload,
      ...(moment !== undefined && stopping(moment, signal)),
    });
    const verdict = verdictOf(first);
    // Ctrl-C ends a command at once that has nothing to save, or has not begun.
    const stopped = ['signal SIGKILL', 'signal SIGINT', 'interrupted'].includes(verdict);
    if (!stopped && verdict !== 'accepted') {
      fail(verdict, lastWords(first));
      return;
    }
    const last = verdict === 'accepted' ? first : await goOn(command, run);
    if (verdictOf(last) !== 'accepted') {
      fail('cannot go on', lastWords(last));
      return;
    }
    const problem = differences(expected.files, filesOf(join(folder, command.out)));
    const left = leftOvers(folder);
    if (problem !== undefined) fail(...problem);
    else if (left.length > 0) fail('left-over file', left.join('\n'));
    else tally.record(command.name, 'accepted');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends the signal from outside, after so many seconds. */
function stopping(moment, signal) {
  let child;
  const send = (name) => child?.kill(name);
  setTimeout(() => {
    send(signal.replace('2x', ''));
    if (signal === '2xSIGINT') setTimeout(() => send('SIGINT'), 200);
  }, moment * 1000);
  return {
    onStart(started) {
      child = started;
    },
  };
}

/** As the messages say: with --resume, or the same command again where there is nothing to go on with. */
async function goOn(command, run) {
  const { args, again = args } = command;
  let ended = await run(again);
  // Stopped before the run was under way there is nothing to go on with.
  if (codeOf(ended) === 'RUN_MISSING') ended = await run(args);
  if (codeOf(ended) === 'RUN_EXISTS') ended = await run([...args, '--overwrite']);
  return ended;
}

/** Files that must be the same to the byte. */
const compared =
  /(^|\/)((selection|results|policy|policy\.albumentations|samples)\.json|best\.safetensors)$|\.(png|onnx|bin)$/;
/** Settings and times, which differ, and the lines of the log, which tell of the stop. */
const free = new Set(['seconds', 'created', 'imagesPerSecond']);

/** Digests by path; of what may differ only that it is there. */
function filesOf(folder) {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) =>
    e.isFile(),
  );
  return new Map(
    files
      .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
      .sort()
      .map((name) => [name, compared.test(name) ? digestOf(join(folder, name)) : 'there']),
  );
}

function digestOf(path) {
  let bytes = readFileSync(path);
  if (path.endsWith('results.json') || path.endsWith('selection.json'))
    bytes = JSON.stringify(JSON.parse(bytes), (key, value) => (free.has(key) ? undefined : value));
  return createHash('sha256').update(bytes).digest('hex');
}

function differences(expected, found) {
  const missing = [...expected.keys()].filter((name) => !found.has(name));
  if (missing.length > 0) return ['missing file', missing.join('\n')];
  const other = [...expected].filter(([name, digest]) => found.get(name) !== digest);
  if (other.length > 0) return ['other bytes', other.map(([name]) => name).join('\n')];
  const more = [...found.keys()].filter((name) => !expected.has(name));
  if (more.length > 0) return ['left-over file', more.map(general).join('\n')];
  return undefined;
}

/** What only a process under way may have, anywhere in the working folder. */
function leftOvers(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.tmp$|run\.lock|\.unpacking-|\.part$/.test(name))
    .map((name) => nameIn(folder, join(folder, name)));
}
