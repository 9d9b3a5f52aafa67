// node scripts/checks/same-results.mjs COMMIT [--keep DIR]
// Shows that this tree comes to the same numbers as COMMIT: runs `learn`, `judge`, `train` and `compare` on the
// samples of examples/ with both, with the same seed, epochs and threads, and compares what they leave byte by byte.
// What may differ: sentences for people, times, and paths. About 15 minutes on two cores; --keep keeps the runs of
// COMMIT in DIR and takes them from there the next time. Decisions 036, 061 and 062 changed results on purpose: only
// commits on the same side of them give the same.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const fixed = ['--seed', '1', '--threads', '2'];
const cifar = 'data/cifar10-mini';
const camvid = 'data/camvid-mini';
const small = ['--size', '48x64', '--batch', '8', ...fixed];

/** Command lines by the run folder that each makes; later ones may use earlier runs. */
const runs = {
  learn: ['learn', cifar, '--preset', 'demo', '--epochs', '6', ...fixed],
  judge: ['judge', 'learn', 'data/half', '--threads', '2'],
  several: ['learn', 'data/half', 'data/other-half', '--epochs', '2', '--batch', '64', ...fixed],
  'train-all': ['train', cifar, '--policy', 'all', '--epochs', '2', ...fixed],
  'train-safe': [
    'train',
    cifar,
    '--policy',
    'safe-v2',
    '--from',
    'learn',
    '--epochs',
    '2',
    ...fixed,
  ],
  compare: [
    ...['compare', cifar, '--from', 'learn', '--arms', 'none,safe,all+safe,randaugment,standard'],
    ...['--epochs', '2', '--set', 'seeds=2', ...fixed],
  ],
  'masks-learn': ['learn', camvid, '--epochs', '2', '--set', 'judging.maxDraws=1', ...small],
  'masks-train': ['train', camvid, '--policy', 'all', '--epochs', '2', ...small],
  'masks-compare': [
    ...['compare', camvid, '--arms', 'none,all', '--epochs', '1', '--set', 'seeds=2', ...small],
  ],
};

/** What a run leaves that must be the same; the run folders of arms and data sets lie below it. */
const compared =
  /(selection|results|policy|policy\.albumentations|samples)\.json$|\.safetensors$|\.png$/;
/** Sentences for people, times and paths. */
const free = new Set(
  ['reason', 'deltaFrom', 'evidence', 'same', 'label', 'seconds', 'folder', 'data'].concat([
    'message',
    'policy',
  ]),
);

function main() {
  const [commit, option, keep] = process.argv.slice(2);
  if (commit === undefined || (option !== undefined && option !== '--keep')) {
    console.error('node scripts/checks/same-results.mjs COMMIT [--keep DIR]');
    return 2;
  }
  const work = mkdtempSync(join(tmpdir(), 'same-results-'));
  try {
    const before = keep === undefined ? join(work, 'before') : resolve(keep);
    if (!existsSync(join(before, 'complete'))) {
      makeRuns(builtAt(commit, work), before);
      mkdirSync(join(before, 'complete'));
    }
    const after = join(work, 'after');
    makeRuns(root, after);
    return report(before, after);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A built checkout of the commit, with this one's packages where they are the same. */
function builtAt(commit, work) {
  const tree = join(work, 'tree');
  execFileSync('git', ['clone', '--quiet', root, tree]);
  execFileSync('git', ['-C', tree, 'checkout', '--quiet', commit]);
  const lock = (folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (lock(tree) === lock(root))
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  execFileSync('npm', ['run', 'build'], { cwd: tree, stdio: 'inherit' });
  return tree;
}

/** Makes all runs with the program of a tree. */
function makeRuns(tree, out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'data'), { recursive: true });
  for (const sample of ['cifar10-mini', 'camvid-mini'])
    symlinkSync(join(root, 'examples', sample), join(out, 'data', sample));
  halve(join(root, 'examples', 'cifar10-mini'), out);
  for (const [name, args] of Object.entries(runs)) {
    console.log(`${name}: safe-augment ${args.join(' ')}`);
    const line = [join(tree, 'bin/safe-augment.mjs'), ...args, '--out', name];
    const { status, stdout, stderr } = spawnSync(process.execPath, line, {
      cwd: out,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name} ended with ${status}\n${stdout}${stderr}`);
  }
}

/** Two data sets without common images: five classes each of the sample. */
function halve(sample, out) {
  const parts = readdirSync(sample, { withFileTypes: true }).filter((e) => e.isDirectory());
  for (const part of parts) {
    const classes = readdirSync(join(sample, part.name)).sort();
    classes.forEach((name, i) => {
      const half = i < classes.length / 2 ? 'half' : 'other-half';
      cpSync(join(sample, part.name, name), join(out, 'data', half, part.name, name), {
        recursive: true,
      });
    });
  }
}

function report(before, after) {
  let different = 0;
  const names = [...new Set([...filesIn(before), ...filesIn(after)])].sort();
  for (const name of names) {
    const [one, other] = [before, after].map((folder) => digest(join(folder, name)));
    if (one === other) continue;
    different++;
    console.log(`DIFFERENT ${name}${one === '' ? ' (new)' : other === '' ? ' (missing)' : ''}`);
  }
  console.log(`${names.length} files compared, ${different} different`);
  return different === 0 && names.length > 0 ? 0 : 1;
}

function filesIn(folder) {
  return Object.keys(runs).flatMap((run) =>
    readdirSync(join(folder, run), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && compared.test(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name))),
  );
}

/** Of what must be the same in a file; empty where there is none. */
function digest(path) {
  if (!existsSync(path)) return '';
  let bytes = readFileSync(path);
  if (path.endsWith('.json'))
    bytes = JSON.stringify(JSON.parse(bytes.toString('utf8')), (key, value) =>
      free.has(key) ? undefined : value,
    );
  return createHash('sha256').update(bytes).digest('hex');
}

process.exitCode = main();
