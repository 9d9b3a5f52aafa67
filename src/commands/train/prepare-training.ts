import type { RunHooks } from '../../run/files/index.js';
import type { TrainConfig } from '../../config/index.js';
import { splitJudging, withTestPart, type Dataset } from '../../data/index.js';
import { batchFor } from '../../run/batch.js';
import { batchData, prepareData, type DataConfig, type PreparedData } from '../../run/prepare.js';

/**
 * The data of a training, with a test part and held-out images, which the run's seed chooses.
 *
 * @param opened the data, where they have been read already
 */
export function prepareTraining(
  config: DataConfig & Pick<TrainConfig, 'batch' | 'heldOut' | 'testShare'>,
  hooks: RunHooks,
  opened?: Dataset,
): Promise<PreparedData> {
  const divide = (all: Dataset) => {
    const data = withTestPart(all, config.testShare);
    const split = splitJudging(data, { judging: config.heldOut, seed: config.seed });
    return {
      data,
      split,
      batch: batchFor(config, batchData(data), split.train.length, 'training'),
    };
  };
  return prepareData(config, hooks, divide, opened);
}
