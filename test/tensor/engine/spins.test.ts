import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/core/index.js';
import { spinsFor } from '../../../src/tensor/spins.js';

const started = { busy: 5000, idle: 9000 };
/** Two cores, watched for 60 ms: what they do, in milliseconds. */
const spins = (busy: number, own = 0): number =>
  spinsFor(2, started, { busy: 5000 + busy, idle: 9000 + 120 - busy }, own);

test('threads spin long on a quiet machine, and briefly beside other programs', () => {
  assert.equal(spins(0), 20_000);
  assert.equal(spins(10), 20_000);
  assert.equal(spins(60), 1000);
  assert.equal(spins(120), 1000);
});

test('what the process does itself does not count', () => {
  assert.equal(spins(60, 58), 20_000);
  assert.equal(spins(120, 60), 1000);
});

test('clocks that stand still leave it brief', () => {
  assert.equal(spinsFor(2, started, started, 0), 1000);
});

test('it is chosen before the engine is loaded, unless the user has said how threads wait', () => {
  const chosen = (env: NodeJS.ProcessEnv): string => {
    const others = Object.entries(process.env).filter(
      ([name]) => name !== 'GOMP_SPINCOUNT' && name !== 'OMP_WAIT_POLICY',
    );
    const engine = join(packageRoot(), 'dist/src/tensor/index.js');
    const program = `import(${JSON.stringify(engine)}).then((t) => { t.engineInfo(); console.log(process.env.GOMP_SPINCOUNT); })`;
    return execFileSync(process.execPath, ['-e', program], {
      env: { ...Object.fromEntries(others), ...env },
      encoding: 'utf8',
    }).trim();
  };
  assert.match(chosen({}), /^(1000|20000)$/);
  assert.equal(chosen({ GOMP_SPINCOUNT: '77' }), '77');
  assert.equal(chosen({ OMP_WAIT_POLICY: 'passive' }), 'undefined');
});
