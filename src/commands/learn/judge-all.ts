import { performance } from 'node:perf_hooks';
import type { LearnConfig } from '../../config/index.js';
import type { RunEvent, Selection } from '../../run/files/index.js';
import { Originals, type Batch, type Dataset } from '../../data/index.js';
import type { Size } from '../../image/image.js';
import type { TwoHeaded } from '../../models/index.js';
import {
  judge,
  judgeKeepPairs,
  judgePairs,
  judgeStrength,
  keepsLabels,
  safeMembers,
  sizeFor,
  type JudgingResult,
  type JudgingPasses,
  type Observer,
  type StrengthJudgement,
} from '../../safe/index.js';
import { heldOut, jointTask, judgingPasses } from './joint-learning.js';
import { originalsFor } from '../../run/prepare.js';
import { stoppable } from '../../run/streams.js';
import type { Prepared } from './prepare-learning.js';
import { selectionOf } from './selection-of.js';
import { observerOf } from './observer.js';

/** A trained network and what it is to judge. */
export interface JudgingRun {
  readonly config: LearnConfig;
  readonly prepared: Prepared;
  /** In evaluation mode. */
  readonly model: TwoHeaded;
  /** The same network by the weights of a quarter of its training, where it has them. */
  readonly earlier?: TwoHeaded;
  onEvent(event: RunEvent): void;
  /** Called before each pass over the judging images; may throw to stop. */
  check(): void;
  /** False once the budget is spent: further draws, pairs and ranges are then left out. */
  mayContinue(): boolean;
  /** Images that the network may score to judge pairs. */
  readonly imagesForPairs: number;
  /** False where the task head knows other classes than these images'. Default true. */
  readonly taskKnown?: boolean;
  onJudged?(result: JudgingResult): void;
}

/**
 * Steps 2 to 4 of the method, then pairs and ranges: everything that `selection.json` holds.
 *
 * @throws whatever `check` throws
 */
export async function judgeAll(run: JudgingRun): Promise<Selection> {
  const { config, prepared } = run;
  const { alpha, rule } = config;
  run.onEvent({ type: 'phase', phase: 'judge' });
  const observer = await observerOf(config, prepared, run.model, run.taskKnown, (done) =>
    progress(run, done, prepared.labels.length, 'statistics'),
  );
  const passing = judgingPasses(config, prepared);
  const passes: JudgingPasses = (transforms, draw) =>
    stoppable(passing(transforms, draw), () => run.check());
  const result = await judgeSingly(run, observer, passes);
  run.onEvent({ type: 'phase', phase: 'select', label: 'Judging pairs' });
  const ofPairs = {
    labels: prepared.labels,
    passes,
    observer,
    clean: result.clean,
    calibration: prepared.split.calibration.length,
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
    pairs,
    keepPairs,
    strengths,
    taskKnown,
  });
}

function progress(run: JudgingRun, done: number, total: number, label: string): void {
  run.check();
  run.onEvent({ type: 'progress', phase: 'judge', done, total, label });
}

/** Steps 2 to 4: every label alone. */
function judgeSingly(
  run: JudgingRun,
  observer: Observer,
  passes: JudgingPasses,
): Promise<JudgingResult> {
  const { config, prepared } = run;
  const { alpha, delta, rule, thesis, seed, judging } = config;
  const start = performance.now();
  const images = heldOut(prepared).length;
  return judge({
    labels: prepared.labels,
    passes,
    observer,
    earlier: earlierOf(run),
    size: prepared.data.size,
    fullSize: fullSizeOf(config, prepared.data),
    calibration: prepared.split.calibration.length,
    draws: judging.draws,
    maxDraws: judging.maxDraws,
    verdict: { alpha, delta, rule, thesis, seed },
    onPass(done, total, label) {
      run.check();
      run.onEvent({
        type: 'progress',
        phase: 'judge',
        done: done * images,
        total: total * images,
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
    mayContinue: () => run.mayContinue(),
  });
}

function earlierOf({ config, prepared, earlier, taskKnown }: JudgingRun) {
  if (earlier === undefined) return undefined;
  const task = jointTask(config, prepared, earlier, taskKnown);
  return { predict: (batch: Batch, parts: boolean) => task.predict(batch, parts) };
}

/** The size of the images that windows are cut from; undefined where it is the size of all the others. */
function fullSizeOf(config: LearnConfig, data: Dataset): Size | undefined {
  const full = originalsFor(config, data);
  return full && new Originals(full).sizeOf(0);
}

/** How far the magnitude of each augmentation that is not safe at its full range may reach, by name. */
async function judgeRanges(
  run: JudgingRun,
  observer: Observer,
  passes: JudgingPasses,
  { verdicts, evidence, skill, earlier }: JudgingResult,
): Promise<Map<string, StrengthJudgement[]>> {
  const { config, prepared } = run;
  const found = new Map<string, StrengthJudgement[]>();
  if (verdicts.status === 'undertrained') return found;
  for (const [label, { name, verdict, measure, grading }] of verdicts.augmentations.entries()) {
    if (verdict === 'safe') continue;
    if (!run.mayContinue()) break;
    progress(run, label, verdicts.augmentations.length, `range of ${name}`);
    const strengths = await judgeStrength({
      label,
      labels: prepared.labels,
      measure,
      earlier,
      sight: verdicts.sight,
      evidence: evidence[label],
      passes,
      observer,
      calibration: prepared.split.calibration.length,
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
