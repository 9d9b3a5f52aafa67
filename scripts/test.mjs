// npm test [-- FOLDER|FILE ...] [-- --node-test-option ...]
// Sets up, then lint, format and tests; with a name only the tests of that folder or file.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';
import { filesUnder } from './setup/compile.mjs';
import { say } from './setup/problem.mjs';
import { capture } from './setup/shell.mjs';

const summary = /^(?:\x1b\[[\d;]*m)*ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

await main(async (args) => {
  await setUp();
  const options = args.filter((arg) => arg.startsWith('-'));
  const names = args.filter((arg) => !arg.startsWith('-'));
  const files = testFiles(names);
  if (files.length === 0) {
    console.error(`No test is called ${names.join(', ')}.`);
    return 2;
  }
  const failed = names.length === 0 ? await checks() : [];
  const { code, lines } = await runTests(files, options);
  for (const name of failed) console.log(`FAILED: ${name}, see above`);
  for (const line of lines) console.log(line);
  return code !== 0 || failed.length > 0 ? 1 : 0;
});

/** Lint (with the import table) and format; the types were checked by compiling. */
async function checks() {
  const tools = [
    ['lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']],
    ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ];
  const failed = [];
  for (const [name, file, args] of tools) {
    const tool = join(root, 'node_modules', file);
    const { code, output } = await capture(process.execPath, [tool, ...args], { cwd: root });
    if (code !== 0) failed.push(name);
    say(`${name}: ${code === 0 ? 'ok' : 'FAILED'}`);
    if (code !== 0) console.log(output.trimEnd());
  }
  return failed;
}

/** `augment` is every test in test/augment; `augment/compose` the file or files that start so. */
function testFiles(names) {
  const all = filesUnder(join(root, 'dist'), 'test', '.test.js');
  const wanted = names.map((name) =>
    name.replace(/^(\.\/)?(dist\/)?(test\/)?/, '').replace(/\.[tj]s$/, ''),
  );
  if (wanted.length === 0) return all;
  return all.filter((file) => wanted.some((name) => file.startsWith(`test/${name}`)));
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
