import { performance } from 'node:perf_hooks';
import type { LearnConfig } from '../../config/index.js';
import type { RunEventOf, Selection } from '../../run/files/index.js';
import { Originals, type Dataset } from '../../data/index.js';
import type { Size } from '../../image/image.js';
import {
  judge,
  judgeKeepPairs,
  judgePairs,
  judgeStrength,
  keepsLabels,
  safeMembers,
  sizeFor,
  type AugmentationJudgement,
  type JudgedBatch,
  type JudgingResult,
  type JudgingPasses,
  type Observer,
  type StrengthJudgement,
  type Verdicts,
} from '../../safe/index.js';
import { judgeByHarm, passesByHarm } from './judge-by-harm.js';
import { jointTask } from './joint-learning.js';
import { originalsFor } from '../../run/prepare.js';
import { stoppable } from '../../run/streams.js';
import { selectionOf } from './selection-of.js';
import { judgingPasses, observerOf } from './observer.js';
import { partsOfLooks, poolOf, type JudgingRun, type PooledRun } from './judging-pool.js';

/**
 * Steps 2 to 4 of the method, then pairs and ranges: everything that `selection.json` holds.
 *
 * @throws whatever `check` throws
 */
export async function judgeAll(given: JudgingRun): Promise<Selection> {
  const { config, networks } = given;
  const [{ prepared }] = networks;
  const pool = poolOf(config, networks, given.judged);
  const run: PooledRun = { ...given, prepared, pool };
  const { calibration, folds, groupOf } = pool;
  const { alpha, rule } = config;
  run.onEvent({ type: 'phase', phase: 'judge' });
  const observer = await observerOf(config, networks, run.taskKnown, pool.share, (done) =>
    progress(run, done, prepared.labels.length, 'statistics'),
  );
  const passing = judgingPasses(config, prepared, pool);
  const passes: JudgingPasses = (transforms, draw, images) =>
    stoppable(passing(transforms, draw, images), () => run.check());
  const result = await judgeSingly(run, observer, passes);
  const byHarm = await judgeByHarm(run, observer, passes, result);
  run.onEvent({ type: 'phase', phase: 'select', label: 'Judging pairs' });
  const ofPairs = {
    labels: prepared.labels,
    passes,
    observer,
    clean: result.clean,
    calibration,
    folds,
    skill: result.skill,
    alpha,
    images: run.imagesForPairs,
    onPair: (done: number, total: number, label: string) => progress(run, done, total, label),
    mayContinue: () => run.mayContinue(),
  };
  const safe = safeMembers(prepared.labels, result.verdicts);
  const pairs = await judgePairs({ ...ofPairs, safe });
  const keepPairs = await judgeKeepPairs(result.verdicts, pairs, ofPairs);
  run.onEvent({ type: 'phase', phase: 'select', label: 'Finding safe ranges' });
  const strengths = await judgeRanges(run, observer, passes, result);
  run.onJudged?.(result);
  const { data } = prepared;
  const { taskKnown } = run;
  return selectionOf(result, config.augmentations, {
    rule,
    alpha,
    data,
    groupOf,
    folds,
    calibration,
    pairs,
    keepPairs,
    strengths,
    ...byHarm,
    taskKnown,
  });
}

function progress(run: JudgingRun, done: number, total: number, label: string): void {
  run.check();
  run.onEvent({ type: 'progress', phase: 'judge', done, total, label });
}

/** Steps 2 to 4: every label alone. */
function judgeSingly(
  run: PooledRun,
  observer: Observer,
  passes: JudgingPasses,
): Promise<JudgingResult> {
  const { config, prepared, pool } = run;
  const { calibration, folds, groupOf } = pool;
  const { alpha, delta, rule, thesis, seed, judging } = config;
  const start = performance.now();
  const images = pool.held.length;
  return judge({
    labels: prepared.labels,
    passes,
    observer,
    earlier: earlierOf(run),
    size: prepared.data.size,
    fullSize: fullSizeOf(config, prepared.data),
    calibration,
    groupOf,
    folds,
    images: images - calibration,
    parts: partsOfLooks(config),
    draws: judging.draws,
    maxDraws: judging.maxDraws,
    verdict: { alpha, delta, rule, thesis, seed },
    onPass(done, total, label) {
      run.check();
      run.onEvent({
        type: 'progress',
        phase: 'judge',
        done: Math.round(done * images),
        total: Math.round(total * images),
        imagesPerSecond: (done * images * 1000) / (performance.now() - start),
        label,
      });
    },
    onRound: (draws, undecided) =>
      run.onEvent({
        type: 'judging',
        round: draws - judging.draws + 1,
        draws,
        undecided: [...undecided],
      }),
    onLook: (verdicts) => run.onEvent(lookEvent(verdicts)),
    laterPasses: passesByHarm(run, images),
    mayContinue: (reserved) => run.mayContinue(reserved),
  });
}

/** The verdicts so far as an event. */
function lookEvent({ delta, augmentations }: Verdicts): RunEventOf<'look'> {
  return { type: 'look', delta: delta.value, augmentations: augmentations.map(augmentationOf) };
}

function augmentationOf({ name, verdict, measure, j, harm, grading }: AugmentationJudgement) {
  const { n: images, draws } = measure;
  // Where the task head knows other classes, nothing is graded and harm means nothing.
  const isKnown = grading !== undefined && [harm.value, harm.low, harm.high].every(Number.isFinite);
  return { name, verdict, images, draws, j: fieldsOf(j), ...(isKnown && { harm: fieldsOf(harm) }) };
}

const fieldsOf = ({ value, low, high }: AugmentationJudgement['j']) => ({ value, low, high });

/** All networks by earlier weights, where all of them have such. */
function earlierOf({ config, networks, taskKnown }: JudgingRun) {
  const earlier = networks.flatMap((network) => (network.earlier ? [network.earlier] : []));
  if (earlier.length < networks.length) return undefined;
  const tasks = earlier.map(({ model }, f) =>
    jointTask(config, networks[f].prepared, model, { taskKnown }),
  );
  // The geometric mean: then the doublings that followed are the mean of those of the folds.
  const logs = earlier.reduce((sum, { share }) => sum + Math.log2(share), 0);
  return {
    predict: (batch: JudgedBatch, parts: boolean) => tasks[batch.fold ?? 0].predict(batch, parts),
    share: earlier.length === 1 ? earlier[0].share : 2 ** (logs / earlier.length),
  };
}

/** The size of the images that windows are cut from; undefined where it is the size of all the others. */
function fullSizeOf(config: LearnConfig, data: Dataset): Size | undefined {
  const full = originalsFor(config, data);
  return full && new Originals(full).sizeOf(0);
}

/** How far the magnitude of each augmentation that is not safe at its full range may reach, by name. */
async function judgeRanges(
  run: PooledRun,
  observer: Observer,
  passes: JudgingPasses,
  { verdicts, evidence, clean, skill, earlier }: JudgingResult,
): Promise<Map<string, StrengthJudgement[]>> {
  const { config, prepared, pool } = run;
  const { calibration, folds, groupOf } = pool;
  const found = new Map<string, StrengthJudgement[]>();
  if (verdicts.status === 'undertrained') return found;
  for (const [label, judged] of verdicts.augmentations.entries()) {
    const { name, verdict, measure, growth, grading } = judged;
    if (verdict === 'safe') continue;
    if (!run.mayContinue()) break;
    progress(run, label, verdicts.augmentations.length, `range of ${name}`);
    const strengths = await judgeStrength({
      label,
      labels: prepared.labels,
      measure,
      growth,
      earlier,
      sight: verdicts.sight,
      evidence: evidence[label],
      clean,
      passes,
      observer,
      calibration,
      groupOf,
      folds,
      skill,
      size: sizeFor(prepared.labels[label].spec, {
        size: prepared.data.size,
        fullSize: fullSizeOf(config, prepared.data),
      }),
      delta: verdicts.delta.value,
      harmMargin: verdicts.harmMargin,
      known: verdicts.known,
      keepsAll: keepsLabels(grading?.grade),
    });
    found.set(name, strengths);
  }
  return found;
}
