import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { normalCdf, normalQuantile } from '../../src/metrics/distributions.js';
import { holmLevels, lookLevel, spentBy, type Inspection } from '../../src/metrics/index.js';

const looks: Inspection[] = [
  { time: 0.24, information: 0.25 },
  { time: 0.475, information: 0.5 },
  { time: 0.95, information: 1 },
  { time: 1, information: 1.4 },
];

test('one look gets what may be spent by then', () => {
  assert.equal(lookLevel(0.05, [{ time: 1, information: 3 }]), 0.05);
  assert.equal(lookLevel(0.05, looks.slice(0, 1)), 0.05 * spentBy(0.24));
});

test('the levels of Pocock: two and five looks at equal steps', () => {
  // Jennison and Turnbull (2000), table 2.1, two-sided alpha 0.05: 2.178 for two looks, 2.413 for five.
  for (const [count, critical] of [
    [2, 2.178],
    [5, 2.413],
  ]) {
    // The shares that equal limits spend, from one look to the next.
    const nominal = 2 * normalCdf(-critical);
    const shares = [nominal / 0.05];
    for (let look = 2; look <= count; look++) {
      const upTo = Array.from({ length: look }, (_, i) => ({
        time: (i + 1) / count,
        information: i + 1,
      }));
      const spentAt = (share: number) => (time: number) =>
        [...shares, share][Math.round(time * count) - 1];
      // By bisection: what must have been spent in all for this look's level to be the same.
      let low = shares.at(-1)!;
      let high = 1.5;
      for (let i = 0; i < 40; i++) {
        const middle = (low + high) / 2;
        if (lookLevel(0.05, upTo, spentAt(middle)) < nominal) low = middle;
        else high = middle;
      }
      shares.push(high);
    }
    assert.ok(Math.abs(shares.at(-1)! - 1) < 0.004, `${count} looks spend ${shares.at(-1)}`);
  }
});

test('by simulation: a true margin is passed at any look as often as stated, on either side', () => {
  const levels = looks.map((_, i) => lookLevel(0.05, looks.slice(0, i + 1)));
  const limits = levels.map((level) => normalQuantile(1 - level / 2));
  const repetitions = 100_000;
  const rng = new Rng('sequential');
  const crossed = [0, 0];
  for (let r = 0; r < repetitions; r++) {
    let sum = 0;
    let before = 0;
    const seen = [false, false];
    looks.forEach(({ information }, i) => {
      sum += rng.normal() * Math.sqrt(information - before);
      before = information;
      const z = sum / Math.sqrt(information);
      if (z > limits[i]) seen[0] = true;
      if (-z > limits[i]) seen[1] = true;
    });
    seen.forEach((yes, side) => (crossed[side] += Number(yes)));
  }
  for (const count of crossed)
    assert.ok(Math.abs(count / repetitions - 0.025) < 0.0017, `${count / repetitions}`);
});

test('a smaller level of the whole never has a larger one at a look, and later looks have more', () => {
  let last = 0;
  for (const level of [0.001, 0.005, 0.02, 0.05]) {
    const own = lookLevel(level, looks);
    assert.ok(own > last && own < level);
    last = own;
  }
  const levels = [1, 2, 3].map((n) => lookLevel(0.05, looks.slice(0, n)));
  assert.ok(levels[0] < levels[1] && levels[1] < levels[2], levels.join());
});

test('steps of Holm’s procedure are done at the level of each test’s look', () => {
  const p = [0.001, 0.004, 0.02];
  const half = (k: number, level: number): number => (k === 1 ? level / 10 : level);
  assert.deepEqual([...holmLevels(p, 0.05)], [0.05 / 3, 0.025, 0.05]);
  // The second is not rejected at a tenth of its level until the others are.
  assert.deepEqual([...holmLevels(p, 0.05, half)], [0.05 / 3, 0.05, 0.025]);
  assert.deepEqual([...holmLevels([0.5, 0.001], 0.05)], [0.05, 0.025]);
});
