import { cutsWindow } from '../augment/index.js';
import type { TransformSpec } from '../augment/types.js';
import type { ControlKind } from './controls.js';
import {
  drawsNothing,
  passOf,
  score,
  type JudgingPasses,
  type Observer,
  type Scored,
} from './judge.js';
import type { Label } from './labels.js';
import { looksAt } from './looks.js';
import type { Skill } from './harm.js';
import type { Member } from './pairs.js';
import { accuracyOf, skillOf } from './task-scores.js';
import { measure, type Evidence } from './measure.js';
import { decide, type VerdictOptions, type Verdicts } from './verdict.js';
import type { Size } from '../image/types.js';

export interface JudgingOptions {
  readonly labels: readonly Label[];
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  /** Of the images, and of those that windows are cut from, where that is another. */
  readonly size: Size;
  readonly fullSize?: Size;
  /** The first so many images of every pass choose the cut-offs and are judged in nothing else. */
  readonly calibration: number;
  /** Draws of every label, and the most that an undecided one may get. */
  readonly draws: number;
  readonly maxDraws: number;
  readonly verdict: VerdictOptions;
  /** Called before each pass over the judging images; may throw to stop. */
  onPass?(done: number, total: number, name: string): void;
  /** Called after each round of draws with what is still undecided. */
  onRound?(draws: number, undecided: readonly string[]): void;
  /** False ends the search for more draws, e.g. because the budget is spent. Default: never. */
  mayContinue?(): boolean;
}

export interface JudgingResult {
  readonly verdicts: Verdicts;
  readonly clean: Scored;
  /** Of each label, in their order. */
  readonly evidence: readonly Evidence[];
  readonly skill: Skill;
  /** Images seen by the network. */
  readonly images: number;
}

/**
 * What the images get when a transform that draws nothing is to be judged again: a harmless change of
 * its own, the same with and without the transform.
 */
const jitter: TransformSpec = { name: 'ControlShift1' };

/**
 * Steps 2 to 4 of the method: the judging images clean and with each label alone applied, measured
 * and decided. What stays undecided is drawn again until it is decided or `maxDraws` is reached; a
 * transform that draws nothing is judged again on the images shifted by a pixel.
 */
export async function judge(options: JudgingOptions): Promise<JudgingResult> {
  const { labels, passes, observer } = options;
  const windows = labels.some((label) => label.window);
  const clean = await score(passes(null, 0), observer, windows);
  const n = clean.task.count;
  const evidence: Evidence[] = labels.map((label, k) => {
    const looks = looksAt(label, observer);
    return { looks, clean: passOf(clean, k, looks), draws: [] };
  });
  const fixed = labels.map(({ spec }) => drawsNothing(spec, sizeFor(spec, options)));
  let passCount = 1;

  const drawOnce = async (wanted: readonly number[], draw: number, total: number) => {
    let shifted: Scored | undefined;
    for (const k of wanted) {
      const { spec, window } = labels[k];
      options.onPass?.(passCount, total, spec.name);
      const { looks, clean: own, draws } = evidence[k];
      let without = own;
      if (fixed[k] && draw > 0) {
        shifted ??= await score(passes([jitter], draw), observer, windows);
        without = passOf(shifted, k, looks);
      }
      const transforms = without === own ? [spec] : [jitter, spec];
      const seen = await score(passes(transforms, draw), observer, window);
      const applied = passOf(seen, k, looks);
      evidence[k] = { looks, clean: own, draws: [...draws, { applied, without }] };
      passCount++;
    }
    if (shifted !== undefined) passCount++;
  };

  const everything = labels.map((_, k) => k);
  for (let draw = 0; draw < options.draws; draw++)
    await drawOnce(everything, draw, 1 + options.draws * labels.length);
  let verdicts = decideAll(evidence, clean, options);
  for (let draw = options.draws; draw < options.maxDraws; draw++) {
    const undecided = undecidedLabels(verdicts);
    options.onRound?.(draw, undecided);
    if (undecided.length === 0 || verdicts.status === 'undertrained') break;
    if (options.mayContinue?.() === false) break;
    const wanted = everything.filter((k) => undecided.includes(labels[k].spec.name));
    await drawOnce(wanted, draw, passCount + wanted.length);
    verdicts = decideAll(evidence, clean, options);
  }
  return {
    verdicts,
    clean,
    evidence,
    skill: skillOf(clean.task, options.calibration),
    images: passCount * n,
  };
}

/** The size that a transform meets first. */
export function sizeFor(
  { name }: TransformSpec,
  { size, fullSize }: { readonly size: Size; readonly fullSize?: Size },
): Size {
  return fullSize && cutsWindow(name) ? fullSize : size;
}

function undecidedLabels(verdicts: Verdicts): string[] {
  return verdicts.augmentations.filter((a) => a.verdict === 'undecided').map((a) => a.name);
}

function decideAll(
  evidence: readonly Evidence[],
  clean: Scored,
  options: JudgingOptions,
): Verdicts {
  const { labels, calibration, verdict } = options;
  const classes = clean.task.classes?.subarray(calibration);
  const measured = labels.map((label, k) => ({
    name: label.spec.name,
    kind: label.kind,
    measure: measure(evidence[k], calibration),
  }));
  return decide(
    measured.filter((m) => m.kind === 'augmentation'),
    measured.flatMap((m) =>
      m.kind === 'augmentation' ? [] : [{ ...m, kind: m.kind as ControlKind }],
    ),
    {
      skill: skillOf(clean.task, calibration),
      accuracy: accuracyOf(clean.task, calibration),
      known: options.observer.taskKnown,
      classes: options.observer.taskKnown === false ? undefined : classes,
    },
    verdict,
  );
}

/** The augmentations judged safe, for judging in pairs. */
export function safeMembers(
  labels: readonly Label[],
  { verdicts }: Pick<JudgingResult, 'verdicts'>,
): Member[] {
  return verdicts.augmentations
    .filter((a) => a.verdict === 'safe')
    .map(({ name, measure }) => ({
      label: labels.findIndex((l) => l.spec.name === name),
      measure,
    }));
}
