// Preloaded into the program under test (node --import '../.../kill-after-write.mjs?after=5&signal=SIGKILL'): counts what it
// does to files in its main thread, and stops it after the Nth time. The product itself knows nothing of this.
//
//   after=N     stop once the Nth operation is done
//   torn=N      the Nth operation, if it writes, gets half of its bytes onto the disk, and is then stopped
//   signal=S    SIGKILL, SIGINT, or 2xSIGINT (twice, a moment apart)
//   record=FILE writes what was done, as a JSON list of [operation, path], when the process ends
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const query = new URL(import.meta.url).searchParams;
const after = Number(query.get('after') ?? Infinity);
const torn = Number(query.get('torn') ?? Infinity);
const signal = query.get('signal') ?? 'SIGKILL';
const record = query.get('record');

const done = [];
/** Paths of open descriptors. */
const paths = new Map();
/** Node's own functions call each other: only the outermost call counts. */
let depth = 0;

if (isMainThread) watch();

function watch() {
  const own = { ...fs };
  for (const name of ['mkdirSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'truncateSync'])
    around(name, (path) => path);
  for (const name of ['renameSync', 'linkSync', 'copyFileSync']) around(name, (_, to) => to);
  around('mkdtempSync', (path) => path);
  around('openSync', (path) => path, writes);
  around('writeSync', (file) => paths.get(file), undefined, tornWrite(own));
  for (const name of ['writeFileSync', 'appendFileSync'])
    around(name, (path) => path, undefined, tornFile(own, name));
  fs.open = opened(own.open);
  for (const name of ['write', 'writev', 'rename', 'mkdir', 'unlink', 'rm'])
    fs[name] = called(own[name], name);
  syncBuiltinESMExports();
  if (record !== null)
    process.on('exit', () => own.writeFileSync(record, JSON.stringify(done), { flag: 'w' }));

  function around(name, pathOf, counts = () => true, half = undefined) {
    const original = own[name];
    fs[name] = (...args) => {
      if (depth > 0 || !counts(...args)) return original(...args);
      depth++;
      try {
        if (half !== undefined && done.length + 1 === torn) {
          half(args);
          strike();
        }
        const result = original(...args);
        if (name === 'openSync') paths.set(result, args[0]);
        note(name, pathOf(...args));
        return result;
      } finally {
        depth--;
      }
    };
  }
}

/** Whether a file is opened to be written. */
function writes(_, flags) {
  return typeof flags === 'string' && flags !== 'r' && flags !== 'rs';
}

function tornWrite(own) {
  return ([file, data, offset]) => {
    const bytes = Buffer.from(data.buffer ?? data, data.byteOffset, data.byteLength);
    const from = typeof offset === 'number' ? offset : 0;
    own.writeSync(file, bytes.subarray(from, from + ((bytes.length - from) >> 1)));
  };
}

function tornFile(own, name) {
  return ([path, data, options]) => {
    const bytes = Buffer.from(data);
    own[name](path, bytes.subarray(0, bytes.length >> 1), options);
  };
}

/** Streams open and write by callbacks. */
function opened(original) {
  return (path, flags, ...rest) => {
    if (!writes(path, flags)) return original(path, flags, ...rest);
    const back = rest.pop();
    return original(path, flags, ...rest, (error, file) => {
      if (!error) {
        paths.set(file, path);
        note('open', path);
      }
      back(error, file);
    });
  };
}

function called(original, name) {
  return (...args) => {
    const back = args.pop();
    return original(...args, (error, ...results) => {
      if (!error) note(name, name.startsWith('write') ? paths.get(args[0]) : args[0]);
      back(error, ...results);
    });
  };
}

function note(name, path) {
  done.push([name, path === undefined ? '' : resolve(String(path))]);
  if (done.length === after) strike();
}

function strike() {
  if (signal === '2xSIGINT') {
    process.kill(process.pid, 'SIGINT');
    setTimeout(() => process.kill(process.pid, 'SIGINT'), 20).unref();
    return;
  }
  process.kill(process.pid, signal);
  // A killed process runs on for a moment in its other threads: this one must not.
  if (signal === 'SIGKILL') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
