import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  armsOf,
  availableArms,
  emptySetsWarning,
  withEmptySets,
} from '../../src/commands/compare/arms.js';
import { defaultArms, resolveCompareConfig } from '../../src/config/index.js';

let run: string;
before(() => {
  run = mkdtempSync(join(tmpdir(), 'arms-'));
  writeFileSync(join(run, 'config.json'), JSON.stringify({ data: 'images' }));
});
after(() => rmSync(run, { recursive: true, force: true }));

const subset = (...names: string[]) => ({
  size: names.length,
  p: 0.5,
  restore: 'reflect',
  transforms: names.map((name) => ({ name })),
});
const compose = (...names: string[]) => ({
  kind: 'compose',
  members: names.map((name) => ({ kind: 'transform', name, options: {}, p: 1 })),
  p: 1,
});
const recommended = (root: object, last: object) => ({
  policy: { version: 1, restore: 'reflect', size: { height: 8, width: 8 }, root },
  last,
  lastShare: 0.1,
});

/** What each arm trains with, where the run's policies are these. */
function policiesOf(arms: string[], policies: object): string[] {
  const file = { version: 1, data: 'images', height: 8, width: 8, ...policies };
  writeFileSync(join(run, 'policy.json'), JSON.stringify(file));
  const named = armsOf({ arms, single: false, augmentations: [] });
  return withEmptySets(named, run).map(({ policy }) => policy);
}

const empty = subset();
const arms = ['safe', 'keep', 'all+keep-v2', 'recommended'];

test('an arm whose set is empty trains without augmentation, whichever set it is', () => {
  const none = { safe: empty, safeV2: empty, keep: empty, keepV2: empty };
  assert.deepEqual(policiesOf(arms, { ...none, recommended: recommended(compose(), empty) }), [
    'none',
    'none',
    'none',
    'none',
  ]);
  const some = { ...none, keep: subset('Blur'), keepV2: subset('Blur') };
  const kept = { ...some, recommended: recommended(compose('Blur'), empty) };
  assert.deepEqual(policiesOf(arms, kept), ['none', 'keep', 'keep-v2', 'recommended']);
  // Its last epochs do something.
  const last = { ...none, recommended: recommended(compose(), subset('Blur')) };
  assert.equal(policiesOf(arms, last)[3], 'recommended');
});

test('the warning says what was not found', () => {
  const warning = (names: string[]): string | undefined =>
    emptySetsWarning(
      armsOf({ arms: names, single: false, augmentations: [] }).map((arm) => ({
        ...arm,
        policy: 'none',
      })),
      'runs/a',
    );
  assert.match(warning(['none', 'safe'])!, /^runs\/a found no safe augmentation, so safe trains/);
  assert.match(
    warning(['safe', 'keep'])!,
    /no safe or label-keeping augmentation, so safe, keep train/,
  );
  assert.equal(warning(['none', 'all+none']), undefined);
});

test('arms of a run that was judged by an earlier version say what to do', () => {
  const old = { safe: subset('Blur'), safeV2: subset('Blur') };
  assert.deepEqual(policiesOf(['safe', 'all+safe-v2'], old), ['safe', 'safe-v2']);
  for (const arm of ['keep', 'all+keep-v2', 'recommended'])
    assert.throws(() => policiesOf([arm], old), { code: 'POLICY_OLD', message: /judge again/ });
});

test('a learned set needs the run that provides it', () => {
  for (const arm of ['keep', 'all+keep-v2', 'recommended', 'safe'])
    assert.throws(
      () => resolveCompareConfig({ flags: { data: 'images', arms: [arm] } }),
      /--from RUN/,
      arm,
    );
});

test('where no arms are chosen, sets that an older run lacks are left out with a warning', () => {
  const old = { safe: subset('Blur'), safeV2: subset('Blur') };
  policiesOf(['safe'], old);
  const { arms: available, warning } = availableArms([...defaultArms], run);
  assert.deepEqual(
    available,
    defaultArms.filter((arm) => arm !== 'keep' && arm !== 'recommended'),
  );
  assert.match(warning!, /no set keep and no set recommended .* left out here/);
  // Chosen ones are not: they end with POLICY_OLD.
  assert.deepEqual(availableArms(['none', 'keep'], run), { arms: ['none', 'keep'] });
  policiesOf(['safe'], { ...old, keep: empty, recommended: recommended(compose(), empty) });
  assert.deepEqual(availableArms([...defaultArms], run), { arms: [...defaultArms] });
});

test('`thesis` among the arms stands for those of its tables', () => {
  const { arms: named } = resolveCompareConfig({
    flags: { data: 'images', from: run, arms: ['thesis', 'recommended'] },
  });
  assert.deepEqual(named.slice(0, 4), ['none', 'safe', 'all', 'all+all']);
  assert.equal(named.at(-1), 'recommended');
});
