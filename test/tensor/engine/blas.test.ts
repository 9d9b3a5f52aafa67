import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { blasKernels } from '../../../src/tensor/blas.js';

const avx2 = 'fpu sse2 avx fma avx2';
const avx512 = `${avx2} avx512f avx512dq avx512cd avx512bw avx512vl`;

function cpu(vendor: string, family: number, flags: string): string {
  return `processor\t: 0\nvendor_id\t: ${vendor}\ncpu family\t: ${family}\nflags\t\t: ${flags}\n\nprocessor\t: 1\n`;
}

test('OpenBLAS takes the kernels that the processor can run, whatever its model', () => {
  assert.equal(blasKernels(cpu('GenuineIntel', 6, avx512)), 'SkylakeX');
  assert.equal(blasKernels(cpu('GenuineIntel', 6, `${avx2} avx512f`)), 'Haswell');
  assert.equal(blasKernels(cpu('GenuineIntel', 6, 'fpu sse2 avx')), undefined);
  assert.equal(blasKernels(cpu('AuthenticAMD', 23, avx2)), 'Zen');
  assert.equal(blasKernels(cpu('AuthenticAMD', 25, avx512)), undefined);
  assert.equal(blasKernels(cpu('AuthenticAMD', 26, avx512)), 'SkylakeX');
  assert.equal(blasKernels(cpu('HygonGenuine', 24, avx2)), undefined);
  assert.equal(blasKernels(''), undefined);
});

test("the user's choice of kernels stands, and ours is made before the engine is there", () => {
  const index = new URL('../../../src/tensor/index.js', import.meta.url).href;
  const script = `
    import { engineInfo } from ${JSON.stringify(index)};
    engineInfo();
    console.log(process.env.OPENBLAS_CORETYPE);`;
  const run = (own: Record<string, string>): string => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env.OPENBLAS_CORETYPE;
    const command = ['--input-type=module', '-e', script];
    return execFileSync(process.execPath, command, { env: { ...env, ...own } })
      .toString()
      .trim();
  };
  assert.equal(run({ OPENBLAS_CORETYPE: 'Nehalem' }), 'Nehalem');
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  assert.equal(run({}), String(blasKernels(readFileSync('/proc/cpuinfo', 'utf8'))));
});
