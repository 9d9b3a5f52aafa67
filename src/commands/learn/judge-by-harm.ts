import type { LearnConfig } from '../../config/index.js';
import type { Dataset, Split } from '../../data/index.js';
import {
  additionPasses,
  judgeAdditions,
  judgePaddedShifts,
  paddedPasses,
  type Addition,
  type JudgingPasses,
  type JudgingResult,
  type Observer,
  type PaddedShift,
} from '../../safe/index.js';
import { caseOn, isTrainedForLong } from '../../run/data-defaults.js';
import type { PooledRun } from './judging-pool.js';

/** What is judged by its harm alone, because no head has learned to recognise it. */
export interface JudgedByHarm {
  readonly paddedShifts: readonly PaddedShift[];
  readonly additions: readonly Addition[];
}

/** The passes that it takes at most, in such over all of so many images. */
export function passesByHarm(run: PooledRun, images: number): number {
  if (run.taskKnown === false) return 0;
  return paddedPasses(images) + (hasLongTrainings(run) ? additionPasses(images) : 0);
}

/** The crop from a padded image, and what common recipes add; nothing where harm is not judged. */
export async function judgeByHarm(
  run: PooledRun,
  observer: Observer,
  passes: JudgingPasses,
  { verdicts, clean, skill }: JudgingResult,
): Promise<JudgedByHarm> {
  if (verdicts.status === 'undertrained' || run.taskKnown === false)
    return { paddedShifts: [], additions: [] };
  const { prepared, pool, config } = run;
  const alone = { passes, observer, clean, skill, calibration: pool.calibration };
  const progress = (label: string) => (done: number, total: number) => {
    run.check();
    run.onEvent({ type: 'progress', phase: 'judge', done, total, label });
  };
  run.onEvent({ type: 'phase', phase: 'select', label: 'Judging crops from padded images' });
  const paddedShifts = await judgePaddedShifts({
    ...alone,
    size: prepared.data.size,
    onPadding: progress('padding'),
  });
  if (!hasLongTrainings(run)) return { paddedShifts, additions: [] };
  run.onEvent({ type: 'phase', phase: 'select', label: 'Judging what common recipes add' });
  const additions = await judgeAdditions({
    ...alone,
    harmMargin: verdicts.harmMargin,
    known: verdicts.known ?? 0,
    judged: config.augmentations.map(({ name }) => name),
    onAddition: progress('additions'),
    mayContinue: () => run.mayContinue(),
  });
  return { paddedShifts, additions };
}

/** What says whether a data set is worth long trainings. */
interface LongTrainingsQuestion {
  readonly config: Pick<LearnConfig, 'model'>;
  readonly prepared: {
    readonly data: Pick<Dataset, 'size'> & {
      readonly store: Pick<Dataset['store'], 'channels'>;
      readonly targets: Pick<Dataset['targets'], 'kind'>;
    };
    readonly split: Pick<Split, 'train'>;
  };
}

/** Whether anyone would train these for hundreds of epochs; masks were not tried. */
export function hasLongTrainings({
  prepared: { data, split },
  config,
}: LongTrainingsQuestion): boolean {
  if (data.targets.kind === 'mask') return false;
  const { pretrained } = caseOn(config, data, split.train.length, 'both', null);
  return isTrainedForLong(data.size, pretrained);
}
