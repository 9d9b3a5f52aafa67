import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkGiven,
  compareSettings,
  mergeSettings,
  resolveCompareConfig,
} from '../../src/config/index.js';

const stored = {
  ...resolveCompareConfig({ flags: { data: 'images', epochs: 3, arms: ['none'] } }),
};
const given = (settings: Record<string, unknown>) => () =>
  checkGiven(compareSettings, mergeSettings(stored, settings), Object.keys(settings));

describe('what is given to a run that has settings', () => {
  test('is refused where no run could have it, each with its path', () => {
    assert.throws(given({ seeds: 0, jobs: 1.5 }), {
      code: 'CONFIG_INVALID',
      message: /^2 problems[^]*- seeds: .*>=1, got 0\n[^]*- jobs: .*got 1\.5/,
    });
    assert.throws(given({ optimiser: { lr: -1 } }), /- optimiser\.lr: .*>0, got -1/);
    assert.throws(given({ nonsense: 1 }), /- nonsense: unknown setting/);
    assert.throws(given({ model: { name: 'none such' } }), /- model\.name: .*"none such"/);
  });

  test('may be any value that a run could have', () => {
    given({ seeds: 9, epochs: 8, budget: '20m', arms: ['none'], optimiser: { name: 'sgd' } })();
    given({})();
  });

  test('is not checked against the other settings of the run', () => {
    const alone = { ...stored, granularity: 'batch', restore: 'none' };
    const settings = mergeSettings(alone, { granularity: 'image' });
    assert.equal(compareSettings.schema.safeParse(settings).success, false);
    checkGiven(compareSettings, settings, ['granularity']);
  });

  test('is all that is checked', () => {
    checkGiven(compareSettings, { ...stored, seeds: 0 }, ['jobs']);
  });
});
