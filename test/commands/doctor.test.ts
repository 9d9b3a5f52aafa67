import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { quotaOf } from '../../src/commands/doctor/cpu-quota.js';
import type { ProbedEngine } from '../../src/commands/doctor/engine-probe-result.js';
import {
  deviceFinding,
  engineFinding,
  probeEngine,
} from '../../src/commands/doctor/look-at-engine.js';
import {
  diskFinding,
  memoryFinding,
  precisionFinding,
  threadsFinding,
} from '../../src/commands/doctor/look-at-machine.js';
import { cacheFinding, weightsFinding } from '../../src/commands/doctor/look-at-parts.js';
import { packageRoot } from '../../src/core/index.js';

const top = mkdtempSync(join(tmpdir(), 'doctor-'));
after(() => rmSync(top, { recursive: true, force: true }));
function write(path: string, text: string): string {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
  return join(top, path);
}

const works: ProbedEngine = {
  found: true,
  origin: 'package',
  file: '/p/lib/safe_augment.node',
  libtorch: '1.13.0',
  root: '/p/lib',
  blas: 'generic',
  blasFile: '/p/lib/libblas.so.3',
  cpuCapability: 'AVX2',
  devices: ['cpu'],
  precision: 'float32',
  processes: true,
  cudaProblem: 'this libtorch was built without CUDA',
  gigaflops: 123.4,
};

test('an engine that works is described with its origin, its BLAS and its pace', () => {
  const { state, lines, values } = engineFinding(works);
  assert.equal(state, 'good');
  const text = lines.join('\n');
  assert.match(text, /libtorch 1\.13\.0, the platform package\n\/p\/lib\/safe_augment\.node\n/);
  assert.match(text, /BLAS: \/p\/lib\/libblas\.so\.3\n.*AVX2; .* 123 GFLOP\/s$/);
  assert.equal(values.libtorch, '1.13.0');
  const own = engineFinding({ ...works, origin: 'LIBTORCH', root: '/opt/torch', processes: false });
  assert.match(
    own.lines.join('\n'),
    /named by LIBTORCH\n[^]*libtorch in \/opt\/torch\n[^]*no Gloo/,
  );
});

test('the reference BLAS is pointed out with the package that mends it', () => {
  const blasFile = '/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0';
  const { state, problem } = engineFinding({ ...works, blasFile });
  assert.equal(state, 'advice');
  assert.match(problem?.remedy ?? '', /libopenblas0-openmp/);
  const openblas = '/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3';
  assert.equal(engineFinding({ ...works, blasFile: openblas }).state, 'good');
});

test('an engine that ends its process is found out, with the signal', async () => {
  const killed = write(
    'killed.mjs',
    `process.kill(process.pid, 'SIGILL'); setInterval(() => {}, 9);`,
  );
  const finding = engineFinding(await probeEngine(killed));
  assert.equal(finding.state, 'missing');
  assert.match(finding.lines.join('\n'), /got: SIGILL/);
  const failing = write('failing.mjs', `console.error('libc is too old'); process.exitCode = 3;`);
  const { problem, lines } = engineFinding(await probeEngine(failing));
  assert.match(lines.join('\n'), /exit code 3: libc is too old/);
  assert.match(problem?.remedy ?? '', /build\.mjs|npm install/);
});

test('a card that is not used is pointed out, one that is used or hidden is not', () => {
  const card = ['NVIDIA H100'];
  const unused = deviceFinding(works, card, []);
  assert.equal(unused.state, 'advice');
  assert.match(unused.problem?.what ?? '', /without CUDA/);
  assert.match(unused.problem?.remedy ?? '', /pip install torch && node .*build\.mjs/);
  const stamp = { tag: 'c', version: '2.11.0+cu130', source: 'python3', root: '/py/torch' };
  const withCuda = {
    origin: 'built here' as const,
    file: '/b/c/safe_augment.node',
    stamp: { ...stamp, cudaLibrary: '/py/torch/lib/libtorch_cuda.so', hasMps: false },
  };
  const better = deviceFinding(works, card, [withCuda]);
  assert.equal(better.problem?.remedy, 'export SAFE_AUGMENT_TORCH=/py/torch');
  assert.equal(deviceFinding({ ...works, devices: ['cuda', 'cpu'] }, card, []).state, 'good');
  assert.equal(deviceFinding(works, [], []).state, 'good');
  const blind = deviceFinding({ ...works, cudaProblem: '' }, card, []);
  assert.match(blind.problem?.what ?? '', /finds no CUDA device/);
  const missing = { found: false, code: 'ENGINE_MISSING', summary: 'none' } as const;
  assert.match(
    deviceFinding(missing, card, []).lines[0],
    /unknown without an engine; cards: NVIDIA H100/,
  );
});

test('precision names the features that decide it', () => {
  const info = 'processor : 0\nflags\t\t: fpu avx2 fma avx512f avx512_bf16 amx_bf16_not\n';
  const { lines, values } = precisionFinding({ ...works, precision: 'bfloat16' }, info);
  assert.equal(lines[0], 'bfloat16 by `auto`; the processor has avx2, fma, avx512f, avx512_bf16');
  assert.deepEqual(values.processor, ['avx2', 'fma', 'avx512f', 'avx512_bf16']);
  assert.match(precisionFinding(works, '').lines[0], /none of the features that matter/);
});

test('a control group’s share of the cores is read from both kinds of groups', () => {
  const v2 = write('v2/cgroup', '0::/docker/abc\n');
  write('v2/fs/docker/abc/cpu.max', 'max 100000\n');
  write('v2/fs/docker/cpu.max', '150000 100000\n');
  assert.equal(quotaOf(v2, join(top, 'v2/fs')), 1.5);
  write('v2/fs/docker/abc/cpu.max', '50000 100000\n');
  assert.equal(quotaOf(v2, join(top, 'v2/fs')), 0.5, 'the tightest counts');
  const v1 = write('v1/cgroup', '7:memory:/x\n4:cpu,cpuacct:/x\n');
  write('v1/fs/cpu,cpuacct/x/cpu.cfs_quota_us', '300000\n');
  write('v1/fs/cpu,cpuacct/x/cpu.cfs_period_us', '100000\n');
  assert.equal(quotaOf(v1, join(top, 'v1/fs')), 3);
  write('v1/fs/cpu,cpuacct/x/cpu.cfs_quota_us', '-1\n');
  assert.equal(quotaOf(v1, join(top, 'v1/fs')), null);
  assert.equal(quotaOf(join(top, 'nowhere'), top), null);
});

test('more threads than a control group gives time for, little memory and a full disk bring advice', () => {
  assert.equal(threadsFinding(8, 2.5).problem?.remedy, '--threads 2');
  assert.equal(threadsFinding(8, 0.4).problem?.remedy, '--threads 1');
  assert.equal(threadsFinding(2, 1.5).state, 'good');
  assert.equal(threadsFinding(8, null).state, 'good');
  assert.equal(memoryFinding(16e9, 1e9).state, 'advice');
  assert.match(
    memoryFinding(16e9, 8e9).lines[0],
    /8\.0 GB by a control group, of the machine's 16\.0 GB/,
  );
  assert.equal(memoryFinding(16e9, Infinity).values.limit, null);
  const free = diskFinding({ 'run folders': join(top, 'not', 'yet', 'there') });
  assert.match(free.lines[0], /free for run folders: .*there$/);
});

test('weights that are missing or cut short are missing, whole ones are good', () => {
  assert.equal(weightsFinding().state, 'good');
  const none = weightsFinding(join(top, 'no-weights'));
  assert.equal(none.state, 'missing');
  assert.match(none.problem?.what ?? '', /is missing: photographs would be learned from scratch/);
  const name = 'efficientnet-lite0.safetensors';
  mkdirSync(join(top, 'weights'));
  copyFileSync(join(packageRoot(), 'weights', name), join(top, 'weights', name));
  truncateSync(join(top, 'weights', name), 1_000_000);
  assert.match(weightsFinding(join(top, 'weights')).problem?.what ?? '', /is damaged/);
});

test('a cache is counted, and one that cannot be written brings advice', () => {
  write('cache/a.pixels', 'x'.repeat(2_000_000));
  const { state, values } = cacheFinding(join(top, 'cache'));
  assert.deepEqual([state, values.bytes, values.files], ['good', 2_000_000, 1]);
  assert.equal(cacheFinding(join(top, 'cache/yet/to/come')).state, 'good');
  const file = write('a-file', '');
  assert.equal(cacheFinding(join(file, 'below')).state, 'advice');
});
