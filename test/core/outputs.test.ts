import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { realPathOf, refuseInputs } from '../../src/core/index.js';
import { refuseRunFiles } from '../../src/run/files/index.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  for (const name of ['data', 'run', 'run/arms/none', 'run/other', 'plain'])
    mkdirSync(at(name), { recursive: true });
  for (const run of ['run', 'run/arms/none'])
    for (const name of ['config.json', 'manifest.json', 'policy.json'])
      writeFileSync(at(run, name), '{}');
  writeFileSync(at('data', 'a.png'), 'a');
  symlinkSync(at('data'), at('linked'));
  symlinkSync(at('data', 'a.png'), at('link.png'));
  symlinkSync(at('nowhere'), at('dangling'));
  symlinkSync('circle', at('circle'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('an input is never written onto, whatever links lead to it', () => {
  const input = at('data', 'a.png');
  const same = [input, at('linked', 'a.png'), at('link.png'), relative('.', input)];
  for (const output of [...same, at('plain', '..', 'data', 'a.png')])
    for (const read of same)
      assert.throws(() => refuseInputs([at('b.png'), output], [read]), { code: 'OUTPUT_IS_INPUT' });
  refuseInputs([at('data', 'b.png'), at('a.png'), at('linked', 'c', 'a.png')], same);
});

test('two outputs are two files', () => {
  const twice = [at('data', 'new.png'), at('linked', 'new.png')];
  assert.throws(() => refuseInputs(twice, []), { code: 'OUTPUT_TWICE', message: /linked.new/ });
});

test('paths that lead nowhere are as they are written', () => {
  const top = realPathOf(folder);
  assert.equal(realPathOf(at('linked', 'x', 'y')), join(top, 'data', 'x', 'y'));
  assert.equal(realPathOf(at('dangling')), join(top, 'dangling'));
  assert.equal(realPathOf(at('circle', 'x')), join(top, 'circle', 'x'));
});

test('files of a run are not written onto; other names in its folder are free', () => {
  const taken = [
    'run/policy.json',
    'run/report.html',
    'run/samples/a.png',
    'run/checkpoint/x.onnx',
  ];
  for (const name of [...taken, 'run/arms/none/config.json', 'run/arms/a.png'])
    assert.throws(() => refuseRunFiles([at(name)]), { code: 'OUTPUT_IN_RUN' }, name);
  const free = ['run/model.onnx', 'run/predictions/a.png', 'run/arms/none/model.onnx'];
  refuseRunFiles([...free, 'plain/policy.json', 'run/other/config.json'].map((name) => at(name)));
});
