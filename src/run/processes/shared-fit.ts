import { z } from 'zod';
import type { Metrics, Objective } from '../../train/index.js';
import type { ProcessGroup } from './group.js';

/** JSON has no NaN, which it writes as null. */
const metricsSchema = z.record(
  z.string(),
  z
    .number()
    .nullable()
    .transform((value) => value ?? NaN),
);

/** An objective whose held-out images process 0 alone looks at; the others take its figures. */
export function sharedValidation<B>(task: Objective<B>, group: ProcessGroup): Objective<B> {
  return {
    batchLoss: (batch) => task.batchLoss(batch),
    figure: (held) => task.figure(held),
    accuracy: (of) => task.accuracy?.(of) ?? task.figure(of),
    async validate(epoch) {
      if (group.rank === 0) {
        const held = await task.validate(epoch);
        group.tell(held);
        return held;
      }
      const { loss = NaN, ...figures } = await group.hear(metricsSchema);
      const held: Metrics = { loss, ...figures };
      return held;
    },
  };
}
