import { performance } from 'node:perf_hooks';
import type { LearnConfig } from '../../config/index.js';
import { Rng } from '../../core/index.js';
import type { RunEvent, Selection } from '../../run/files/index.js';
import { groupsAmong, Originals, type Batch, type Dataset } from '../../data/index.js';
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
import { heldOut, jointTask } from './joint-learning.js';
import { originalsFor } from '../../run/prepare.js';
import { stoppable } from '../../run/streams.js';
import type { Prepared } from './prepare-learning.js';
import { selectionOf } from './selection-of.js';
import { judgingPasses, observerOf } from './observer.js';

/** A network by weights that were kept while it was trained. */
export interface EarlierNetwork {
  /** In evaluation mode. */
  readonly model: TwoHeaded;
  /** The part of the training after which they were kept, in (0, 1). */
  readonly share: number;
}

/** A trained network and what it is to judge. */
export interface JudgingRun {
  readonly config: LearnConfig;
  readonly prepared: Prepared;
  /** In evaluation mode. */
  readonly model: TwoHeaded;
  /** The same network by the weights of a part of its training, where it has them. */
  readonly earlier?: EarlierNetwork;
  onEvent(event: RunEvent): void;
  /** Called before each pass over the judging images; may throw to stop. */
  check(): void;
  /** False once the budget is spent: further draws, pairs and ranges are then left out. */
  mayContinue(): boolean;
  /** Images that the network may score to judge pairs. */
  readonly imagesForPairs: number;
  /** False where the task head knows other classes than these images'. Default true. */
  readonly taskKnown?: boolean;
  /** Held-out images that are judged. Default: all. */
  readonly judged?: number;
  onJudged?(result: JudgingResult): void;
}

/**
 * Steps 2 to 4 of the method, then pairs and ranges: everything that `selection.json` holds.
 *
 * @throws whatever `check` throws
 */
export async function judgeAll(given: JudgingRun): Promise<Selection> {
  const run = { ...given, prepared: inJudgingOrder(given) };
  const share = heldOut(run.prepared).length / heldOut(given.prepared).length;
  const { config, prepared } = run;
  const { alpha, rule } = config;
  run.onEvent({ type: 'phase', phase: 'judge' });
  const observer = await observerOf(config, prepared, run.model, run.taskKnown, share, (done) =>
    progress(run, done, prepared.labels.length, 'statistics'),
  );
  const passing = judgingPasses(config, prepared);
  const passes: JudgingPasses = (transforms, draw, images) =>
    stoppable(passing(transforms, draw, images), () => run.check());
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
    groupOf: groupsAmong(data, heldOut(prepared)),
    calibration: prepared.split.calibration.length,
    pairs,
    keepPairs,
    strengths,
    taskKnown,
  });
}

/** The held-out images in random order, so that the first of them stand for all; where not all are judged, the first of each part. */
function inJudgingOrder({ config, prepared, judged }: JudgingRun): Prepared {
  const { split } = prepared;
  const share = judged === undefined ? 1 : judged / heldOut(prepared).length;
  const first = (images: Uint32Array, part: string): Uint32Array => {
    const count = Math.min(images.length, Math.max(1, Math.round(share * images.length)));
    return new Rng(config.seed, 'judging order', part).shuffle(images.slice()).subarray(0, count);
  };
  const calibration = first(split.calibration, 'calibration');
  return {
    ...prepared,
    split: { ...split, calibration, judging: first(split.judging, 'judging') },
  };
}

function progress(run: JudgingRun, done: number, total: number, label: string): void {
  run.check();
  run.onEvent({ type: 'progress', phase: 'judge', done, total, label });
}

/** Parts of the judging images after which what is plainly unsafe is done with. */
const parts = [0.25, 0.5];

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
    groupOf: groupsAmong(prepared.data, heldOut(prepared)),
    images: prepared.split.judging.length,
    // Without restoring, a batch is drawn as a whole: other batches would be other draws.
    parts: config.restore === 'none' ? [] : parts,
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
    mayContinue: () => run.mayContinue(),
  });
}

function earlierOf({ config, prepared, earlier, taskKnown }: JudgingRun) {
  if (earlier === undefined) return undefined;
  const task = jointTask(config, prepared, earlier.model, { taskKnown });
  const { share } = earlier;
  return { predict: (batch: Batch, parts: boolean) => task.predict(batch, parts), share };
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
  { verdicts, evidence, clean, skill, earlier }: JudgingResult,
): Promise<Map<string, StrengthJudgement[]>> {
  const { config, prepared } = run;
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
      calibration: prepared.split.calibration.length,
      groupOf: groupsAmong(prepared.data, heldOut(prepared)),
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
