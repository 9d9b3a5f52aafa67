import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { call, engine } from '../../src/tensor/native.js';

/** These do what they are told with any number, `quitProcess` among them; their own tests are elsewhere. */
const doesAsTold = ['setThreads', 'loadCuda', 'setGradEnabled', 'manualSeed', 'quitProcess'];

test('no argument whatever, given to the addon itself, ends the process', () => {
  const { native } = engine();
  const junk = [
    undefined,
    null,
    -1,
    0,
    0.5,
    1e300,
    NaN,
    2 ** 24,
    '',
    'cpu',
    {},
    [],
    [1],
    [NaN],
    true,
  ];
  const wild = [...junk, new Uint8Array(3), new Float32Array(0), [[1]], () => 1, Symbol('s'), 1n];
  const rng = new Rng(7);
  let thrown = 0;
  for (const name of Object.keys(native)) {
    if (doesAsTold.includes(name)) continue;
    for (let round = 0; round < 40; round++) {
      const args = Array.from({ length: rng.int(0, 9) }, () => wild[rng.int(0, wild.length)]);
      try {
        native[name](...(args as never[]));
      } catch (error) {
        assert.ok(error instanceof Error, name);
        thrown++;
      }
    }
  }
  assert.ok(thrown > 1000);
  assert.throws(() => call('relu', 3 * 2 ** 24 + 5), /relu: argument 1: expected a live tensor/);
});
