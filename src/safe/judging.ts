import type { TransformSpec } from '../augment/types.js';
import type { ControlKind } from './controls.js';
import { drawsNothing, passOf, score, type JudgingPasses, type Scored } from './judge.js';
import type { Outputs } from './joint.js';
import type { Label } from './labels.js';
import { measure, type Evidence } from './measure.js';
import { decide, type VerdictOptions, type Verdicts } from './verdict.js';
import type { Batch } from '../data/index.js';

export interface JudgingOptions {
  readonly labels: readonly Label[];
  readonly passes: JudgingPasses;
  readonly predict: (batch: Batch) => Outputs;
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
  /** Images seen by the network. */
  readonly images: number;
}

/**
 * Steps 2 to 4 of the method: the judging images clean and with each label alone applied, measured
 * and decided. What stays undecided is drawn again until it is decided, draws nothing new, or
 * `maxDraws` is reached.
 */
export async function judge(options: JudgingOptions): Promise<JudgingResult> {
  const { labels, passes, predict } = options;
  const clean = await score(passes(null, 0), predict);
  const n = clean.correct.length;
  const evidence: Evidence[] = labels.map((_, k) => ({ clean: passOf(clean, k), draws: [] }));
  let passCount = 1;

  const drawOnce = async (wanted: readonly number[], draw: number, total: number) => {
    for (const k of wanted) {
      options.onPass?.(passCount, total, labels[k].spec.name);
      const scored = await score(passes([labels[k].spec as TransformSpec], draw), predict);
      const { clean: own, draws } = evidence[k];
      evidence[k] = { clean: own, draws: [...draws, passOf(scored, k)] };
      passCount++;
    }
  };

  const everything = labels.map((_, k) => k);
  for (let draw = 0; draw < options.draws; draw++) {
    const wanted = everything.filter((k) => !drawsNothing(evidence[k]));
    await drawOnce(wanted, draw, 1 + options.draws * labels.length);
  }
  let verdicts = decideAll(evidence, options);
  for (let draw = options.draws; draw < options.maxDraws; draw++) {
    const undecided = undecidedLabels(verdicts);
    options.onRound?.(draw, undecided);
    const wanted = everything.filter(
      (k) => undecided.includes(labels[k].spec.name) && !drawsNothing(evidence[k]),
    );
    if (wanted.length === 0 || verdicts.status === 'undertrained') break;
    if (options.mayContinue?.() === false) break;
    await drawOnce(wanted, draw, passCount + wanted.length);
    verdicts = decideAll(evidence, options);
  }
  return { verdicts, clean, images: passCount * n };
}

function undecidedLabels(verdicts: Verdicts): string[] {
  return verdicts.augmentations.filter((a) => a.verdict === 'undecided').map((a) => a.name);
}

function decideAll(
  evidence: readonly Evidence[],
  { labels, calibration, verdict }: JudgingOptions,
): Verdicts {
  const measured = labels.map((label, k) => ({
    name: label.spec.name,
    kind: label.kind,
    // A transform that draws nothing was seen once, however often it was asked.
    measure: measure(drawsNothing(evidence[k]) ? firstDraw(evidence[k]) : evidence[k], calibration),
  }));
  return decide(
    measured.filter((m) => m.kind === 'augmentation'),
    measured.flatMap((m) =>
      m.kind === 'augmentation' ? [] : [{ ...m, kind: m.kind as ControlKind }],
    ),
    verdict,
  );
}

const firstDraw = (e: Evidence): Evidence => ({ clean: e.clean, draws: e.draws.slice(0, 1) });
