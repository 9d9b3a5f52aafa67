import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnedAsJson } from '../../src/cli/learned-json.js';
import type { Selection } from '../../src/run/files/index.js';
import { selection } from '../report/small-run.js';

/** What `--json` has of the one set with these verdicts. */
function printed(selected: Selection): object {
  const set = { name: 'photos', data: 'photos', out: 'runs/photos', selection: selected };
  const result = { out: 'runs/photos', sets: [set], safe: [], seconds: 1 };
  const advice = () => ({ steps: [], surer: [] });
  const { sets } = learnedAsJson(result as never, 'report.html', advice) as { sets: [object] };
  return sets[0];
}

test('has balanced accuracy and the share of right pixels where the run has them', () => {
  const figures = { balancedAccuracy: 0.61, pixelAccuracy: 0.96 };
  for (const [key, value] of Object.entries(figures))
    assert.equal((printed({ ...selection, [key]: value }) as Record<string, unknown>)[key], value);
  for (const key of Object.keys(figures)) assert.ok(!(key in printed(selection)), key);
});
