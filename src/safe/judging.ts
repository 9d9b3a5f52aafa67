import { createTransform, cutsWindow } from '../augment/index.js';
import type { TransformSpec } from '../augment/transform.js';
import { Rng } from '../core/index.js';
import type { Size } from '../image/image.js';
import { growthSince, type Earlier, type Growth } from './growth.js';
import { accuracyOf, skillOf, type Skill } from './harm.js';
import { measure, type Evidence } from './measure.js';
import { passOf, score, type JudgingPasses, type Observer, type Scored } from './scoring.js';
import {
  decide,
  type AugmentationJudgement,
  type NamedControl,
  type NamedMeasure,
  type VerdictOptions,
  type Verdicts,
} from './verdict.js';
import { looksAt, type RecognitionLabel } from './views.js';

export interface JudgingOptions {
  readonly labels: readonly RecognitionLabel[];
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  /** The network by the weights of a quarter of the training, where it has them (growth.ts). */
  readonly earlier?: Pick<Observer, 'predict'>;
  /** Of the images, in pixels. */
  readonly size: Size;
  /** Of the images that windows are cut from, where that is another size. */
  readonly fullSize?: Size;
  /** The first so many images of every pass choose the thresholds and serve for nothing else. */
  readonly calibration: number;
  /** Draws that every label gets. */
  readonly draws: number;
  /** Draws that an undecided label gets at most. */
  readonly maxDraws: number;
  readonly verdict: VerdictOptions;
  /** Called before each pass over the judging images; may throw to stop the judging. */
  onPass?(done: number, total: number, name: string): void;
  /** Called after each round of draws with the names of what is still undecided. */
  onRound?(draws: number, undecided: readonly string[]): void;
  /** False ends the drawing, e.g. because the budget is spent. Default: always true. */
  mayContinue?(): boolean;
}

export interface JudgingResult {
  readonly verdicts: Verdicts;
  readonly clean: Scored;
  /** `[K]`, in the order of the labels. */
  readonly evidence: readonly Evidence[];
  readonly skill: Skill;
  /** What ranges need to see how recognition grew. */
  readonly earlier?: Earlier;
  /** Images that the network has scored, each pass counted. */
  readonly images: number;
}

/**
 * What gives a transform that draws nothing a second draw: a small change of the images, the same with and
 * without the transform (docs/decisions/003-draws-for-what-draws-nothing.md).
 */
const jitter: TransformSpec = { name: 'ControlShift1' };

/**
 * Steps 2 to 4 of the method: scores the judging images clean and with each label alone applied, measures
 * and decides. Undecided labels are drawn again until they are decided or have had `maxDraws`; a transform
 * that draws nothing is drawn again on the images shifted by a pixel.
 *
 * Costs a pass over the judging images for each label and draw, three times as much for windows.
 */
export async function judge(options: JudgingOptions): Promise<JudgingResult> {
  const { labels, passes, observer } = options;
  const windows = labels.some((label) => label.window);
  const clean = await score(passes(null, 0), observer, windows);
  const n = clean.task.count;
  const evidence: Evidence[] = labels.map((label, k) => {
    const looks = looksAt(label, observer.statistics !== undefined);
    return { looks, clean: passOf(clean, k, looks), draws: [] };
  });
  const fixed = labels.map(({ spec }) => drawsNothing(spec, sizeFor(spec, options)));
  let passCount = 1;

  // One draw of each label wanted: adds it to that label's evidence.
  const drawOnce = async (wanted: readonly number[], draw: number, total: number) => {
    let shifted: Scored | undefined;
    for (const k of wanted) {
      const { spec, window } = labels[k];
      options.onPass?.(passCount, total, spec.name);
      const { looks, clean: own, draws } = evidence[k];
      let without = own;
      if (fixed[k] && draw > 0) {
        // One pass without, shared by all transforms that draw nothing.
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
  // What the earlier weights say is asked only where the last ones give verdicts.
  const observerBefore = verdicts.status === 'undertrained' ? undefined : options.earlier;
  const earlier = observerBefore && {
    observer: { ...observerBefore, taskKnown: observer.taskKnown },
    clean: await score(passes(null, 0), observerBefore, windows),
  };
  const growths = await growthsOf(earlier, evidence, verdicts, options, passCount);
  if (growths.size > 0) verdicts = decideAll(evidence, clean, options, growths);
  if (earlier) passCount += 1 + growths.size;
  return {
    verdicts,
    clean,
    evidence,
    skill: skillOf(clean.task, options.calibration),
    images: passCount * n,
    ...(earlier && { earlier }),
  };
}

/** How recognition and harm grew of every augmentation that is safe or harmless so far, by its label's index. */
async function growthsOf(
  earlier: Earlier | undefined,
  evidence: readonly Evidence[],
  verdicts: Verdicts,
  options: JudgingOptions,
  passed: number,
): Promise<Map<number, Growth>> {
  const { labels, passes, calibration } = options;
  const growths = new Map<number, Growth>();
  if (earlier === undefined) return growths;
  const isHarmless = (a: AugmentationJudgement): boolean =>
    a.grading !== undefined && a.harm.high < verdicts.harmMargin;
  const asked = verdicts.augmentations.flatMap((a, k) =>
    a.verdict === 'safe' || isHarmless(a) ? [k] : [],
  );
  for (const [i, k] of asked.entries()) {
    const label = labels[k];
    options.onPass?.(passed + i, passed + asked.length, `growth of ${label.spec.name}`);
    const pass = passes([label.spec], 0);
    growths.set(k, await growthSince(earlier, evidence[k], k, { label, pass, calibration }));
  }
  return growths;
}

/** Samples compared to see whether a transform draws anything. */
const probes = 8;

/** True where a transform does the same in every draw, such as a flip or a crop at the centre. */
export function drawsNothing(spec: TransformSpec, size: Size): boolean {
  const transform = createTransform(spec);
  const drawn = Array.from({ length: probes }, (_, i) =>
    JSON.stringify(transform.sample(new Rng('probe', spec.name, i), size)),
  );
  return drawn.every((params) => params === drawn[0]);
}

/** The size of the images that a transform is applied to. */
export function sizeFor(
  { name }: TransformSpec,
  { size, fullSize }: { readonly size: Size; readonly fullSize?: Size },
): Size {
  return fullSize && cutsWindow(name) ? fullSize : size;
}

function undecidedLabels(verdicts: Verdicts): string[] {
  return verdicts.augmentations.filter((a) => a.verdict === 'undecided').map((a) => a.name);
}

/** Measures all labels from what has been drawn so far, and decides. */
function decideAll(
  evidence: readonly Evidence[],
  clean: Scored,
  options: JudgingOptions,
  growths?: ReadonlyMap<number, Growth>,
): Verdicts {
  const { labels, calibration, verdict } = options;
  const known = options.observer.taskKnown;
  const augmentations: NamedMeasure[] = [];
  const controls: NamedControl[] = [];
  for (const [k, { spec, kind }] of labels.entries()) {
    const measured = { name: spec.name, measure: measure(evidence[k], calibration) };
    if (kind === 'augmentation') augmentations.push({ ...measured, growth: growths?.get(k) });
    else controls.push({ ...measured, kind });
  }
  const facts = {
    skill: skillOf(clean.task, calibration),
    accuracy: accuracyOf(clean.task, calibration),
    known,
    classes: known === false ? undefined : clean.task.classes?.subarray(calibration),
  };
  return decide(augmentations, controls, facts, verdict);
}
