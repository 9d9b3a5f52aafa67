import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreementOf, agreementTable } from '../../bench/transfer/agreement.js';
import { selection } from '../report/small-run.js';

const [blur, flip, crop] = selection.augmentations;

test('verdicts are compared where both are decided, and the costly mistakes are named', () => {
  const own = {
    ...selection,
    augmentations: [
      { ...blur, verdict: 'safe' as const, j: 0.1 },
      { ...flip, verdict: 'unsafe' as const, j: 0.5 },
      crop,
    ],
  };
  const agreement = agreementOf(selection, own);
  assert.equal(agreement.decided, 2);
  assert.equal(agreement.same, 0);
  assert.deepEqual(agreement.falseSafe, ['HorizontalFlip']);
  assert.deepEqual(agreement.missedSafe, ['Blur']);
  // .797, .012, .080 against .1, .5, .08: ranks 3, 1, 2 and 2, 3, 1.
  assert.equal(agreement.rankOfJ, -0.5);
  const table = agreementTable('Carried', agreement);
  assert.match(
    table,
    /Of 3 augmentations, 2 are decided by both networks; 0 of these verdicts agree/,
  );
  assert.match(table, /\| HorizontalFlip \| safe \| 0\.01 \| unsafe \| 0\.50 \|/);
  const same = agreementOf(selection, selection);
  assert.deepEqual([same.decided, same.same, same.rankOfJ], [2, 2, 1]);
  assert.deepEqual([same.falseSafe, same.missedSafe], [[], []]);
});
