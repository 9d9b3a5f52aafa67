// npm test [-- FOLDER|FILE ...] [-- --node-test-option ...]
//   Sets up, then lint, import circles, format and tests; with a name only the tests of that folder or file.
// npm run quick
//   The same without the tests that end in .slow.test.ts: those that train, or take seconds for another reason.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { main, root, setUp } from './setup.mjs';
import { filesUnder } from './setup/compile.mjs';
import { say } from './setup/problem.mjs';
import { capture } from './setup/shell.mjs';

const summary = /^(?:\x1b\[[\d;]*m)*ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;
const slow = '.slow.test.js';

await main(async (args) => {
  await setUp();
  const quick = args.includes('--quick');
  const options = args.filter((arg) => arg.startsWith('-') && arg !== '--quick');
  const names = args.filter((arg) => !arg.startsWith('-'));
  const all = testFiles(names);
  const files = quick ? all.filter((file) => !file.endsWith(slow)) : all;
  if (files.length === 0) {
    console.error(`No test matches ${names.join(', ')}.`);
    return 2;
  }
  const checking = names.length === 0 ? checks(quick) : Promise.resolve([]);
  // A developer's loop: the checks take one processor while the tests start.
  if (!quick) await checking;
  const [failed, { code, lines }] = await Promise.all([checking, runTests(files, options)]);
  for (const name of failed) console.log(`FAILED: ${name}, see above`);
  for (const line of lines) console.log(line);
  if (quick) console.log(`left out: ${all.length - files.length} files that end in .slow.test.ts`);
  return code !== 0 || failed.length > 0 ? 1 : 0;
});

/** Lint (with the import table), import circles, the house's other rules and format; compiling checked the types. */
async function checks(cached) {
  const lint = ['.', '--max-warnings', '0'];
  const format = ['--check', '--log-level', 'warn', '.'];
  const tools = [
    ['lint', 'node_modules/eslint/bin/eslint.js', [...lint, ...(cached ? lintCache() : [])]],
    ['import circles', 'scripts/lint/circles.mjs', []],
    ['names, sizes and layout', 'scripts/lint/house.mjs', []],
    [
      'format',
      'node_modules/prettier/bin/prettier.cjs',
      [...format, ...(cached ? ['--cache'] : [])],
    ],
  ];
  const failed = [];
  for (const [name, file, args] of tools) {
    const { code, output } = await capture(process.execPath, [join(root, file), ...args], {
      cwd: root,
    });
    if (code !== 0) failed.push(name);
    say(`${name}: ${code === 0 ? 'ok' : 'FAILED'}`);
    if (code !== 0) console.log(output.trimEnd());
  }
  return failed;
}

/** ESLint's cache knows nothing of our own rules, so it has another place when they change. */
function lintCache() {
  const rules = filesUnder(root, 'scripts/lint', '.mjs').map((file) =>
    readFileSync(join(root, file)),
  );
  const hash = createHash('sha256').update(Buffer.concat(rules)).digest('hex').slice(0, 12);
  const place = join(root, 'node_modules/.cache', `eslint-${hash}`);
  return ['--cache', '--cache-strategy', 'content', '--cache-location', place];
}

/**
 * The tests of these names: `augment` is every test in test/augment, `augment/compose` the file or files that start so,
 * `fit` or `fit.test.ts` the file of that name wherever it lies.
 */
function testFiles(names) {
  const all = filesUnder(join(root, 'dist'), 'test', '.test.js');
  const plain = (name) => name.replace(/(\.slow)?(\.test)?(\.[tj]s)?$/, '');
  const found = names.flatMap((given) => {
    const name = plain(given.replace(/^(\.\/)?(dist\/)?(test\/)?/, ''));
    const inside = all.filter((file) => file.startsWith(`test/${name}`));
    return inside.length > 0 ? inside : all.filter((file) => plain(basename(file)) === name);
  });
  return names.length === 0 ? all : [...new Set(found)];
}

/** Runs node's test runner; its summary is held back, so that it can stand last. */
function runTests(files, options) {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=2',
      ...options,
      ...files.map((file) => join('dist', file)),
    ],
    { cwd: root, env: { ...process.env, ...colour }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = [];
  let rest = '';
  child.stdout.setEncoding('utf8');
  const show = (line) => {
    if (summary.test(line)) lines.push(line);
    else process.stdout.write(`${line}\n`);
  };
  child.stdout.on('data', (text) => {
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    whole.forEach(show);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (rest !== '') show(rest);
      resolve({ code: code ?? 1, lines });
    });
  });
}
