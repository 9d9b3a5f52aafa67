import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** scripts/faults */
export const here = join(dirname(fileURLToPath(import.meta.url)), '..');
export const root = join(here, '../..');
export const programFile = join(root, 'bin/safe-augment.mjs');

/** Bytes that a process may have resident. */
export const memoryBound = 2 * 2 ** 30;
/** Seconds without an end after which a command counts as hanging, where it should have ended at once. */
export const patience = 10;

/** On a machine busier than this, patience would take hours. */
const mostSlowness = 4;

/** How many times slower than alone this process runs now, since others are at work too: 1 or more. */
export function slowness() {
  const start = performance.now();
  const before = process.cpuUsage();
  let used = 0;
  while (used < 0.2e6) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  return Math.min(mostSlowness, Math.max(1, (1000 * (performance.now() - start)) / used));
}

/**
 * What a process has come to.
 * @typedef {{ code: number|null, signal: string|null, out: string, err: string, seconds: number,
 *   hung: boolean, stopped: boolean, peak: number, resident: number }} Ended
 * `peak`: most bytes resident, without pages of mapped files, which the system takes back as it likes;
 * `resident`: with them (VmHWM of proc(5)). `stopped`: ended here because of its memory.
 */

/**
 * Runs the command line in a process of its own.
 *
 * @param {string[]} args
 * @param {object} options `limit`: seconds until it counts as hanging; `preload`: address of a module; `onText`: sees
 *   the output as it comes, with the child; `onStart`: is given the child; `most`: bytes resident at which it is ended; `stdout`: a descriptor
 * @returns {Promise<Ended>}
 */
export function runCommand(args, options) {
  const { preload, script = programFile, nodeOptions = [] } = options;
  const before = preload === undefined ? [] : ['--import', String(preload)];
  return runNode([...nodeOptions, ...before, script, ...args], options);
}

/** Runs Node with these arguments; otherwise as `runCommand`. @returns {Promise<Ended>} */
export function runNode(
  args,
  { cwd, env = {}, limit = 120, onText, onStart, most = Infinity, stdout },
) {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  onStart?.(child);
  const ended = { out: '', err: '', hung: false, stopped: false, peak: 0, resident: 0 };
  for (const [stream, name] of [
    [child.stdout, 'out'],
    [child.stderr, 'err'],
  ])
    stream?.on('data', (text) => {
      if (ended[name].length < 1 << 20) ended[name] += text.toString();
      onText?.(ended[name], child);
    });
  const timer = setTimeout(() => {
    ended.hung = true;
    child.kill('SIGKILL');
  }, limit * 1000);
  let mapped = 0;
  const watch = setInterval(() => {
    const now = memoryOf(child.pid);
    if (now === undefined) return;
    mapped = Math.max(mapped, now.file);
    ended.resident = Math.max(ended.resident, now.high);
    ended.peak = Math.max(ended.peak, now.own, now.high - mapped);
    if (ended.peak <= most) return;
    ended.stopped = true;
    child.kill('SIGKILL');
  }, 25);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      clearInterval(watch);
      const seconds = (performance.now() - start) / 1000;
      resolve({ ...ended, code, signal, seconds });
    });
  });
}

/** Bytes resident of a process: at most so far, its own now, of mapped files now. Linux alone. */
function memoryOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { high: of('VmHWM'), own: of('RssAnon') + of('RssShmem'), file: of('RssFile') };
  } catch {
    return undefined;
  }
}

/**
 * How a command has ended, in one word: `accepted`, `clean` (the user is told what to do), `interrupted`, or what is
 * wrong with it.
 */
export function verdictOf({ code, signal, err, hung, stopped }) {
  if (hung) return 'hang';
  if (stopped) return 'memory';
  if (signal !== null) return `signal ${signal}`;
  if (code === 0) return 'accepted';
  if (code === 130) return 'interrupted';
  if (code === 2) return isClear(err) ? 'clean' : 'unclear error';
  return code === 1 ? 'internal error' : `exit code ${code}`;
}

/** The stable code of the error that a command ended with, such as `DISK_FULL`; undefined where it had none. */
export function codeOf({ err }) {
  return /^ +code: +([A-Z_]+)$/m.exec(err)?.[1];
}

/** A message that says what to do: no stack trace, and at least one of its four parts. */
function isClear(err) {
  return (
    /^error: /m.test(err) &&
    /^ +(where|expected|got|remedy): /m.test(err) &&
    !/^\s+at .*:\d+:\d+\)?$/m.test(err)
  );
}

/** The end of what a command has said of its failure. */
export function lastWords({ out, err }) {
  const text = err.trim() === '' ? out : err;
  const lines = text.trim().split('\n');
  // An internal error is its message and the first places of its stack; any other ends with what to do.
  const trace = lines.findIndex((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return (trace < 0 ? lines.slice(-7) : lines.slice(Math.max(0, trace - 3), trace + 5))
    .join('\n')
    .slice(0, 1200);
}

/** The first place in the product that a stack trace names: file and function; empty where it names none. */
export function placeIn(stack) {
  const frame = stack.split('\n').find((line) => line.includes('/dist/src/')) ?? '';
  const [, name = '', file] =
    /at (?:async )?(.*?) ?\(?(?:file:\/\/)?\S*\/dist\/(src\/\S+?)\.js:/.exec(frame) ?? [];
  return file === undefined ? '' : `${file}.ts ${name}`.trim();
}
