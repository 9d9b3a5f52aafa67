import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caughtUp, growthOf, leastSight, sightOf } from '../../src/safe/growth.js';
import { measure } from '../../src/safe/measure.js';
import { rulingBy } from '../../src/safe/reasons.js';
import type { Look } from '../../src/safe/views.js';
import { simulateEvidence } from './evidence.js';

const calibration = 300;
const n = 1200;

/** A label that moves the network's scores by `before` and, at the end of the training, by `now`. */
const grown = (before: number, now: number, seed: number) => {
  const of = (shift: number, when: string) =>
    simulateEvidence({ n, draws: 1, shift }, seed, when, shift);
  const last = of(now, 'last');
  return {
    growth: growthOf(last, of(before, 'earlier'), calibration),
    figures: measure(last, calibration),
  };
};
const rulingOn = ({ growth, figures }: ReturnType<typeof grown>, share = 1, lag = 1) => {
  const sight = { share, lag };
  const { mean: value, standardError } = figures.j;
  const j = { value, low: value - 2 * standardError, high: value + 2 * standardError };
  return rulingBy({ measure: figures, j, delta: 0.15, harmMargin: 0.2, growth, sight });
};

test('what is recognised a little, and more than at a quarter of the training, is undecided', () => {
  // J of about .02, then .10: delta is passed after two more doublings.
  for (const seed of [1, 2, 3]) {
    const label = grown(0.05, 0.22, seed);
    assert.ok(label.growth.perDoubling.low > 0 && label.growth.extrapolated > 0.15);
    const { verdict, reason } = rulingOn(label);
    if (label.figures.j.mean + 2 * label.figures.j.standardError >= 0.15) continue;
    assert.equal(verdict, 'undecided');
    assert.match(reason, /recognition still rises with training: J .* after a quarter of it/);
  }
});

test('what is never recognised stays safe, nearly always', () => {
  const runs = Array.from({ length: 40 }, (_, seed) => rulingOn(grown(0, 0, seed)));
  assert.ok(runs.filter(({ verdict }) => verdict === 'safe').length >= 37);
});

test('what has been recognised a little since a quarter of the training stays safe', () => {
  const runs = Array.from({ length: 20 }, (_, seed) => grown(0.1, 0.1, seed));
  const safe = runs.filter((label) => rulingOn(label).verdict === 'safe');
  const below = runs.filter(({ figures: { j } }) => j.mean + 2 * j.standardError < 0.15);
  assert.ok(below.length >= 15 && safe.length >= below.length - 4, `${safe.length}`);
});

test('growth is the difference between two doublings, of the look that leads furthest', () => {
  const two = (window: number, border: number, when: string) => {
    const [a, b] = [window, border].map((shift, i) =>
      simulateEvidence({ n, draws: 1, shift }, when, i),
    );
    const pass = (of: (e: typeof a) => (typeof a)['clean']) => ({
      ...of(a),
      scores: [of(a).scores[0], of(b).scores[0]],
    });
    const looks: Look[] = ['window', 'border'];
    const draws = [{ applied: pass((e) => e.draws[0].applied), without: pass((e) => e.clean) }];
    return { looks, clean: draws[0].without, draws };
  };
  const growth = growthOf(two(0, 1, 'last'), two(0, 0, 'earlier'), calibration);
  assert.equal(growth.look, 'border');
  assert.ok(Math.abs(growth.perDoubling.value - (growth.now - growth.before) / 2) < 1e-12);
  assert.ok(growth.now > 0.3 && growth.extrapolated > 0.75);
});

/** The measures of labels with a J by the network and one by statistics. */
const labels = (pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([network, statistics]) => {
    const look = (name: Look, mean: number) => ({ look: name, j: { mean } });
    return { looks: [look('network', network), look('statistics', statistics)] };
  });

test('sight is the share of what statistics recognise that the network recognises too', () => {
  const plain = labels([
    [0.5, 1],
    [0.9, 0.6],
    [-0.1, 0.4],
  ]);
  // More than statistics counts as all, less than nothing as nothing; what they hardly recognise does not count.
  assert.deepEqual(sightOf([...plain, ...labels([[0, 0.2]])]), { share: 0.5, lag: 2 });
  assert.equal(sightOf(plain.slice(1)), undefined);
});

test('the lag is that of the slowest but one, and J is carried on by it', () => {
  // Shares of .02, .5, .8, 1 and 1: the slowest is left out.
  const plain = labels([
    [0.01, 0.5],
    [0.3, 0.6],
    [0.8, 1],
    [0.5, 0.5],
    [1, 0.9],
  ]);
  assert.equal(sightOf(plain)!.lag, 2);
  const { figures, growth } = grown(0.22, 0.22, 1);
  const { mean, standardError } = figures.j;
  const end = caughtUp(figures.looks, { share: 1, lag: 2 });
  assert.ok(Math.abs(end - (2 * mean + 0.315 * standardError)) < 0.002);
  assert.ok(mean + 2 * standardError < 0.15 && end > 0.15);
  const { verdict, reason } = rulingOn({ figures, growth: { ...growth, extrapolated: 0 } }, 0.9, 2);
  assert.equal(verdict, 'undecided');
  assert.match(reason, /it recognises 2\.0 times less than simple image statistics do/);
  // A window's J counts as it is, where the network's own counts by its lower limit.
  const byBorder = figures.looks.map((look) => ({ ...look, look: 'border' as const }));
  const further = caughtUp(byBorder, { share: 1, lag: 2 });
  assert.ok(Math.abs(further - (2 * mean + 1.96 * standardError)) < 0.004);
  // Statistics have no lag.
  const byStatistics = figures.looks.map((look) => ({ ...look, look: 'statistics' as const }));
  assert.equal(caughtUp(byStatistics, { share: 1, lag: 20 }), -1);
});

test('a network without sight calls nothing safe, and what it recognises unsafe all the same', () => {
  const unseen = grown(0, 0, 1);
  assert.equal(rulingOn(unseen, leastSight).verdict, 'safe');
  const { verdict, reason } = rulingOn(unseen, 0.49);
  assert.equal(verdict, 'undecided');
  assert.match(reason, /recognises 49 % of what simple image statistics recognise, and 50 %/);
  assert.equal(rulingOn(grown(1, 2, 1), 0.1).verdict, 'unsafe');
});
