import { join } from 'node:path';
import { difference, perImage } from '../../src/commands/compare/differences.js';
import { opponents, type Opponent } from '../../src/commands/recommend/evidence-row.js';
import { formOf } from '../../src/commands/recommend/policy-parts.js';
import { dataName, readCompareConfig } from '../../src/config/index.js';
import { UserError } from '../../src/core/index.js';
import { caseOn } from '../../src/run/data-defaults.js';
import {
  comparisonManifestSchema,
  comparisonSchema,
  policyFileSchema,
  readRunFile,
  runFiles,
  setIn,
  trainingResultSchema,
  type Comparison,
  type Interval,
} from '../../src/run/files/index.js';
import { taskNamed } from '../../src/tasks/index.js';
import { seedSpread, type Measured } from './measured.js';

/**
 * What a comparison says of the recommended policy; of one that has not ended, by the seeds that its arms share so far.
 *
 * @param run its folder
 * @param name what people call the data. Default: the last part of their path
 * @throws UserError where it has no arm `recommended` or none to set it against, or has not ended and has one seed of it
 */
export function measuredInComparison(run: string, name?: string): Measured {
  const comparison = readRunFile(run, 'results', comparisonSchema);
  const { data, split } = readRunFile(run, 'manifest', comparisonManifestSchema);
  const config = readCompareConfig(join(run, runFiles.config));
  const own = trainingsOf(run, comparison, 'recommended');
  const [figure] = comparison.figures;
  const refuse = (expected: string, got: string): UserError =>
    new UserError('EVIDENCE', 'This comparison says nothing of the recommended policy.', {
      where: run,
      expected,
      got,
    });
  if (own.length === 0)
    throw refuse('an arm recommended', comparison.arms.map((a) => a.name).join(', '));
  if (comparison.status !== 'complete' && own.length < 2)
    throw refuse('a finished comparison, or two seeds of recommended', comparison.status);
  if (!figure.share || figure.better !== 'higher')
    throw refuse('a share, more is better', figure.label);
  const others = opponents.map((arm) => trainingsOf(run, comparison, arm));
  const gainOver = (arm: Opponent): Interval | null => {
    const found = difference(own, others[opponents.indexOf(arm)], own[0].result);
    return found && { value: found.value, low: found.low, high: found.high };
  };
  const gains = { none: gainOver('none'), standard: gainOver('standard') };
  if (gains.none === null && gains.standard === null)
    throw refuse('an arm none or standard', 'neither');
  const { width, height, channels = 3 } = data;
  const { targets } = taskNamed(comparison.task, run);
  const of = caseOn(
    config,
    { size: { width, height }, store: { channels }, targets: { kind: targets } },
    split.train,
    'task',
    comparison.epochs,
  );
  const policy = setIn(readRunFile(run, 'policy', policyFileSchema), 'recommended', run);
  return {
    data: name ?? dataName(data.source),
    source: 'docs/results/pay/compared.json',
    images: split.train,
    classes: data.classes.length,
    ...{ height, width },
    ...{ network: of.network, pretrained: of.pretrained },
    ...formOf(policy),
    epochs: comparison.epochs,
    imagesSeen: own[0].result.images,
    seeds: own.length,
    testImages: comparison.testImages,
    measure: figure.label,
    gains,
    spread: seedSpread([own, ...others].map((arm) => arm.map((one) => perImage([one]).values))),
  };
}

/** The trainings of an arm, in the form that differences take. */
function trainingsOf(run: string, { arms }: Comparison, name: string) {
  const runs = arms.find((arm) => arm.name === name)?.runs ?? [];
  return runs.map(({ seed, folder }) => {
    const out = join(run, folder);
    return {
      task: { seed, config: { out } },
      result: readRunFile(out, 'results', trainingResultSchema),
    };
  });
}
