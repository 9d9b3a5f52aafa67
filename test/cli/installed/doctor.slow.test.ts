import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Examination } from '../../../src/commands/doctor/doctor.js';
import { packageVersion } from '../../../src/core/index.js';
import { addEngine, install, type Installed } from './installed.js';

const top = mkdtempSync(join(tmpdir(), 'installed-'));
after(() => rmSync(top, { recursive: true, force: true }));
const fresh = (name: string, without: string[] = []) => install(join(top, name), without);

function run({ folder, program }: Installed, args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(program, 'bin/safe-augment.mjs'), ...args],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: top, ...env },
      encoding: 'utf8',
    },
  );
  return { code: status, out: stdout, err: stderr };
}
function examined(installed: Installed, env: Record<string, string> = {}) {
  const { code, out, err } = run(installed, ['doctor', '--json'], env);
  const examination = JSON.parse(out) as Examination;
  const of = (topic: string) => {
    const found = examination.findings.find((finding) => finding.topic === topic);
    return found ?? assert.fail(`nothing on ${topic}`);
  };
  return { code, err, examination, of };
}

test('with the platform package everything is there, and a run finds its engine', () => {
  const installed = fresh('whole');
  addEngine(installed);
  const { code, examination, of } = examined(installed);
  assert.equal(code, 0);
  assert.equal(examination.ok, true);
  const { origin, file } = of('engine').values;
  assert.deepEqual([origin, file], ['package', join(installed.engine, 'lib/safe_augment.node')]);
  assert.equal(of('images').state, 'good');
  const text = run(installed, ['doctor']);
  assert.match(text.out, /^engine +libtorch \S+, the platform package\n/m);
  assert.match(text.out, /\nEverything needed is there\.\n$/);
});

test('without an engine it says which package is missing and how it comes; so does every other command', () => {
  const installed = fresh('none');
  const { code, examination, of } = examined(installed);
  assert.deepEqual([code, examination.ok, of('engine').state], [1, false, 'missing']);
  assert.equal(of('images').state, 'good', 'everything else is looked at all the same');
  const remedy = of('engine').problem?.remedy ?? '';
  const expected =
    process.platform === 'linux' && process.arch === 'x64'
      ? `npm install safe-augment-engine-linux-x64@${packageVersion()}`
      : 'scripts/native/build.mjs';
  assert.ok(remedy.includes(expected), remedy);
  const { code: shown, out } = run(installed, ['doctor']);
  assert.equal(shown, 1);
  assert.match(out, /^missing: engine: There is no engine[^]*remedy: +\S/m);
});

test('an engine of another version is refused with both versions', () => {
  const installed = fresh('old');
  addEngine(installed, '0.0.1');
  const { code, of } = examined(installed);
  assert.equal(code, 1);
  assert.equal(of('engine').values.code, 'ENGINE_VERSION');
  assert.match(of('engine').lines.join('\n'), /expected: \S+ 0\.1\.\d[^]*got: \S+ 0\.0\.1/);
});

test('an engine that does not load is told from one that is missing', () => {
  const installed = fresh('broken');
  addEngine(installed);
  writeFileSync(join(installed.engine, 'lib/safe_augment.node'), 'no library');
  const { code, of } = examined(installed);
  assert.equal(code, 1);
  assert.equal(of('engine').values.code, 'ENGINE_BROKEN');
  assert.match(of('engine').problem?.remedy ?? '', /rm -r \S+ && npm install/);
});

test('a variable that names no libtorch is said to be unusable, though an engine is installed', () => {
  const installed = fresh('variable');
  addEngine(installed);
  for (const variable of ['SAFE_AUGMENT_TORCH', 'LIBTORCH']) {
    const { code, of } = examined(installed, { [variable]: join(top, 'no-torch') });
    assert.equal(code, 1);
    const text = of('engine').lines.join('\n');
    assert.match(text, new RegExp(`where: ${variable}=.*no-torch`));
    assert.match(text, /got: a folder that does not exist/);
    assert.match(of('engine').problem?.remedy ?? '', new RegExp(`or unset ${variable}`));
  }
});

test('where sharp is missing, doctor still runs and names it', () => {
  const installed = fresh('no-sharp', ['sharp']);
  addEngine(installed);
  const { code, of, err } = examined(installed);
  assert.equal(code, 1, err);
  assert.equal(of('engine').state, 'good');
  assert.equal(of('images').state, 'missing');
  assert.match(of('images').problem?.remedy ?? '', /npm install .*sharp/);
});
