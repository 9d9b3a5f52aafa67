import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransformSpec } from '../../../src/augment/index.js';
import type { Batch } from '../../../src/data/index.js';
import {
  additionPasses,
  isHarmless,
  judgeAdditions,
  type Addition,
} from '../../../src/safe/index.js';
import { skillOf } from '../../../src/safe/harm.js';
import { score, type ImageRange } from '../../../src/safe/scoring.js';
import { ClassScores } from '../../../src/tasks/classification.js';

const n = 1600;
const calibration = 400;

interface Asked {
  /** Images of a hundred whose class is lost. */
  lost(spec: TransformSpec): number;
  known?: number;
  judged?: string[];
  passesInTime?: number;
}

async function judged({ lost, known = 0.8, judged: names = [], passesInTime = 99 }: Asked) {
  const specs: TransformSpec[] = [];
  const ranges: (ImageRange | undefined)[] = [];
  let [count, now] = [n, 0];
  const passes = (
    transforms: readonly TransformSpec[] | null,
    _draw: number,
    images?: ImageRange,
  ) => {
    now = transforms === null ? 0 : lost(transforms[0]);
    if (transforms !== null) {
      specs.push(transforms[0]);
      ranges.push(images);
    }
    count = (images?.to ?? n) - (images?.from ?? 0);
    return (async function* () {
      yield { count, targets: { kind: 'class', classes: new Int32Array(count) } } as Batch;
    })();
  };
  const observer = {
    predict: () => {
      const right = (i: number): boolean => i % 100 >= now;
      return {
        labels: new Float32Array(count),
        task: new ClassScores(
          Float64Array.from({ length: count }, (_, i) => Number(right(i))),
          Float64Array.from({ length: count }, (_, i) => (right(i) ? 0 : 30)),
          Int32Array.from({ length: count }, (_, i) => i % 10),
        ),
      };
    },
  };
  const clean = await score(passes(null, 0), observer);
  const found = await judgeAdditions({
    ...{ passes, observer, clean, skill: skillOf(clean.task, calibration), calibration },
    ...{ harmMargin: 0.2, known, judged: names },
    onAddition: () => undefined,
    mayContinue: () => specs.length < passesInTime,
  });
  return { found, specs, ranges };
}

const named = (found: readonly Addition[], name: string): Addition[] =>
  found.filter(({ spec }) => spec.name === name);

test('additions are judged in their strongest form, on five hundred images', async () => {
  const { found, specs, ranges } = await judged({ lost: () => 5 });
  assert.equal(found.length, 9);
  assert.equal(specs.length, found.length);
  for (const range of ranges) assert.deepEqual(range, { from: 0, to: 900 });
  for (const { harm, harmless } of found) {
    // Guessing is right in a tenth.
    assert.ok(Math.abs(harm.value - 0.05 / 0.9) < 1e-9);
    assert.ok(harm.low < harm.value && harm.value < harm.high);
    assert.ok(harmless);
  }
  assert.deepEqual(named(found, 'Shear')[0].spec.options, undefined);
  assert.equal(additionPasses(500), additionPasses(100));
  assert.ok(Math.abs(additionPasses(5000) - additionPasses(500) / 10) < 1e-9);
});

test('what costs too much is judged in its gentler form, and left where that does too', async () => {
  const { found, specs } = await judged({
    lost: ({ name, options }) =>
      name === 'Shear' ? (options === undefined ? 30 : 10) : name === 'Equalize' ? 40 : 50,
  });
  const [shear] = named(found, 'Shear');
  assert.deepEqual([shear.spec.options, shear.harmless], [{ limit: 5 }, true]);
  const [equalize] = named(found, 'Equalize');
  assert.equal(equalize.harmless, false);
  assert.equal(found.filter(({ harmless }) => harmless).length, 1);
  assert.equal(specs.length, 15);
});

test('what is painted over may cost more: surely less than half', async () => {
  const scale = (found: readonly Addition[]) =>
    named(found, 'RandomErasing').map(({ spec, harmless }) => [spec.options?.scale, harmless]);
  const third = await judged({ lost: () => 30 });
  assert.deepEqual(scale(third.found), [[undefined, true]]);
  assert.equal(third.found.filter(({ harmless }) => harmless).length, 1);
  // 43 of 100 lost are .48 of the skill, sure to about .05.
  const half = await judged({
    lost: ({ options }) => (options?.scale === undefined ? 43 : 30),
  });
  assert.deepEqual(scale(half.found), [[[0.02, 0.16], true]]);
});

test('where less than half of the task is known, only what surely costs half of it is left', async () => {
  // 47 of 100 lost are .52 of the skill, sure to about .05.
  const lost = (): number => 47;
  assert.ok((await judged({ lost })).found.every(({ harmless }) => !harmless));
  assert.ok((await judged({ lost, known: 0.3 })).found.every(({ harmless }) => harmless));
  const surely = await judged({ lost: () => 60, known: 0.3 });
  assert.ok(surely.found.every(({ harmless }) => !harmless));
});

test('where it is known, only what surely costs less than the margin is taken', () => {
  const of = (value: number, known = 0.8) => {
    const harm = { value, low: value - 0.05, high: value + 0.05 };
    return isHarmless(harm, { known, harmMargin: 0.2 });
  };
  assert.equal(of(0.14), true);
  // As a turned hue costs where the hue tells the class.
  assert.equal(of(0.18), false);
  assert.equal(of(0.18, 0.4), true);
});

test('what the run judges itself is left out, and what there is no time for', async () => {
  const { found } = await judged({ lost: () => 0, judged: ['Shear', 'Posterize', 'Blur'] });
  assert.equal(found.length, 7);
  assert.deepEqual(named(found, 'Shear'), []);
  assert.equal((await judged({ lost: () => 0, passesInTime: 3 })).found.length, 3);
});
