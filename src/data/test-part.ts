import { UserError } from '../core/index.js';
import type { Dataset } from './dataset.js';
import { splitJudging } from './split.js';

/**
 * The data with a test part: their own, or else a share of the training images, the same for every
 * seed and alike in every class.
 *
 * @throws UserError `SPLIT_EMPTY`, `SPLIT_TOO_SMALL`
 */
export function withTestPart(data: Dataset, share: number): Dataset {
  if (data.splits.test.length > 0) return data;
  if (share === 0)
    throw new UserError('SPLIT_EMPTY', 'There are no test images.', {
      where: data.root,
      expected: 'a test/ folder, or a share of the images',
      got: 'neither',
      remedy: 'add test/ beside train/, or give --set testShare=0.2',
    });
  const splits = { ...data.splits, val: new Uint32Array(0) };
  const { train, judging } = splitJudging({ ...data, splits }, { judging: share, seed: 0 });
  return {
    ...data,
    splits: { ...data.splits, train, test: judging },
    warnings: [
      ...data.warnings,
      `there is no test part: ${judging.length} training images are kept for the test`,
    ],
  };
}
