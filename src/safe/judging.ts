import type { Estimate, Inspection } from '../metrics/index.js';
import { Collecting, type CollectingOptions } from './collecting/collecting.js';
import { mayLeave } from './collecting/draws.js';
import { askedOfGrowth, reserveFor } from './collecting/reserve.js';
import { growthSince, type Earlier, type Growth } from './growth.js';
import { leastKnown } from './grades/harm-growth.js';
import { accuracyOf, skillOf, type Skill } from './harm.js';
import type { Evidence } from './measure.js';
import { score, type Observer, type Scored } from './scoring.js';
import {
  decide,
  keepsLabels,
  type AugmentationJudgement,
  type NamedControl,
  type NamedMeasure,
  type VerdictOptions,
  type Verdicts,
} from './verdict.js';
import type { RecognitionLabel } from './views.js';

export interface JudgingOptions extends Omit<CollectingOptions, 'onPass'> {
  /** The network by the weights of a quarter of the training, or another share, where it has them (growth.ts). */
  readonly earlier?: Pick<Observer, 'predict'> & { readonly share?: number };
  /** Draws of all images that every label gets, unless it has become unsafe before. */
  readonly draws: number;
  readonly verdict: VerdictOptions;
  /** Called before each pass over judging images; may throw to stop the judging. */
  onPass?(done: number, total: number, name: string): void;
  /** Called after each round of draws with the names of what is still undecided. */
  onRound?(draws: number, undecided: readonly string[]): void;
  /** Called after each look at more images or draws, with the verdicts so far; the last call has those that are returned. */
  onLook?(verdicts: Verdicts): void;
  /** Passes over the images that follow, unless the network has learned too little: time for them is reserved. Default 0. */
  readonly laterPasses?: number;
  /**
   * False ends looks and draws, e.g. because the budget is spent. Default: always true.
   *
   * @param reserved seconds that the next pass, those through the earlier weights and later ones will take
   */
  mayContinue?(reserved: number): boolean;
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
 * Steps 2 to 4 of the method: scores the judging images clean and with each label alone applied, measures and decides, as
 * soon as the verdict stands (docs/decisions/064-sequential-judging.md).
 *
 * First the clean images and the harmless controls, which delta comes from. Then every other label on a part of the
 * images: what is unsafe and breaks labels by then is done, and so is a control that has passed. The others get more images, and
 * those whose verdict these leave undecided further draws, as long as these can decide it. A transform that draws nothing is drawn again on the images
 * shifted by a pixel.
 */
export async function judge(options: JudgingOptions): Promise<JudgingResult> {
  const { labels, calibration } = options;
  const expected = 1 + Math.max(1, options.draws) * labels.length;
  const collecting = await Collecting.begin({
    ...options,
    onPass: (done, name) => options.onPass?.(done, Math.max(expected, Math.ceil(done + 1)), name),
  });
  const { clean } = collecting;
  const reserve = reserveFor(collecting, options);
  let verdicts = await firstDraws(collecting, options, reserve);
  verdicts = await furtherDraws(collecting, options, verdicts, reserve);
  // What the earlier weights say is asked only where the last ones give verdicts.
  const earlier = verdicts.status === 'undertrained' ? undefined : await earlierOf(options);
  const growths = await growthsOf(earlier, collecting, verdicts, options);
  if (growths.size > 0) verdicts = decideAll(collecting, options, growths);
  const passes = collecting.passes + (earlier === undefined ? 0 : 1 + growths.size);
  return {
    verdicts,
    clean,
    evidence: collecting.evidence,
    skill: skillOf(clean.task, calibration, options),
    images: Math.round(passes * clean.task.count),
    ...(earlier && { earlier }),
  };
}

/** Every label's first draw, on as many images as its verdict takes. */
async function firstDraws(
  collecting: Collecting,
  options: JudgingOptions,
  reserve: (verdicts: Verdicts) => number,
): Promise<Verdicts> {
  const { labels } = options;
  const isHarmless = ({ kind }: RecognitionLabel): boolean => kind === 'harmless';
  for (const k of indicesOf(labels, isHarmless)) {
    await collecting.extend(k);
    for (let draw = 1; draw < options.draws; draw++) await collecting.draw(k);
  }
  for (const k of indicesOf(labels, (label) => !isHarmless(label))) await collecting.extend(k, 0);
  let verdicts = decideAll(collecting, options);
  const mayContinue = (): boolean => options.mayContinue?.(reserve(verdicts)) !== false;
  const isControl = (k: number): boolean => labels[k].kind !== 'augmentation';
  const isOpen = (k: number): boolean => !isDone(k, verdicts, labels);
  // Controls first: where they show that the network has learned too little, augmentations need no more images. Then what has no
  // verdict yet: where time runs out, grades are what is left open.
  const rounds: ((k: number) => boolean)[] = [
    (k) => isControl(k) && isOpen(k),
    (k) => !isControl(k) && isOpen(k),
    (k) => !isControl(k) && wantsImages(k, verdicts, labels),
  ];
  for (const [round, isWanted] of rounds.entries())
    for (let look = 1; look < collecting.looks; look++) {
      if (verdicts.status === 'undertrained' && round > 0) break;
      const wanted = [...labels.keys()].filter((k) => isWanted(k) && !collecting.isWhole(k));
      if (wanted.length === 0 || !mayContinue()) break;
      for (const k of wanted) if (mayContinue()) await collecting.extend(k, look);
      verdicts = decideAll(collecting, options);
    }
  return verdicts;
}

/** Whether the verdict needs nothing more: of an augmentation that is unsafe, or a control that has passed. */
function isDone(k: number, verdicts: Verdicts, labels: readonly RecognitionLabel[]): boolean {
  const { name } = labels[k].spec;
  const control = verdicts.controls.find((c) => c.name === name);
  if (control !== undefined) return control.passed;
  return verdicts.augmentations.find((a) => a.name === name)?.verdict === 'unsafe';
}

/**
 * Whether an augmentation gets all images for its grade, though it is unsafe: images may decide its harm, or it keeps the labels so
 * far. Exceptions for classes and pairs need all images, as they do of what is safe.
 */
function wantsImages(
  k: number,
  { augmentations, known, harmMargin }: Verdicts,
  labels: readonly RecognitionLabel[],
): boolean {
  const judged = augmentations.find((a) => a.name === labels[k].spec.name);
  if (judged?.grading === undefined || known === undefined) return false;
  const { grading, harm } = judged;
  if (grading.grade === 'label-breaking') return false;
  // Harm that is small says nothing of a task that is hardly known, however many images there are.
  return harm.high >= harmMargin || known >= leastKnown || keepsLabels(grading.grade);
}

/** Draws of all images: those that every label gets, then those of what they may decide. */
async function furtherDraws(
  collecting: Collecting,
  options: JudgingOptions,
  before: Verdicts,
  reserve: (verdicts: Verdicts) => number,
): Promise<Verdicts> {
  const { labels, draws } = options;
  let verdicts = before;
  const mayContinue = (): boolean => options.mayContinue?.(reserve(verdicts)) !== false;
  for (let draw = 1; draw < options.maxDraws; draw++) {
    const undecided = verdicts.augmentations.filter((a) => a.verdict === 'undecided');
    if (draw >= draws)
      options.onRound?.(
        draw,
        undecided.map((a) => a.name),
      );
    if (verdicts.status === 'undertrained' || !mayContinue()) break;
    const wanted = indicesOf(labels, ({ kind }) => kind !== 'harmless').filter((k) => {
      if (!collecting.isWhole(k) || collecting.evidence[k].draws.length > draw) return false;
      if (draw < draws) return !isDone(k, verdicts, labels);
      const judged = undecided.find((a) => a.name === labels[k].spec.name);
      return judged !== undefined && isWorthDrawing(k, judged, verdicts, collecting, options);
    });
    if (wanted.length === 0 && draw >= draws) break;
    for (const k of wanted) if (mayContinue()) await collecting.draw(k);
    verdicts = decideAll(collecting, options);
  }
  return verdicts;
}

/** Whether further draws may decide an augmentation that is undecided. */
function isWorthDrawing(
  k: number,
  { j, harm, measure, needs }: AugmentationJudgement,
  { delta, harmMargin }: Verdicts,
  collecting: Collecting,
  { maxDraws }: JudgingOptions,
): boolean {
  if (needs !== 'evidence') return false;
  const inspections = collecting.inspectionsOf(k);
  const draws = { now: measure.draws, most: maxDraws };
  const mayDecide = (of: Estimate, margin: number, seen: readonly Inspection[]): boolean =>
    of.low <= margin &&
    of.high >= margin &&
    mayLeave(of, margin, seen.at(-1)?.information ?? 1, draws);
  // What the interval includes no longer, further draws need not decide; lag narrows with it.
  const isClear = j.high < delta.value && harm.high < harmMargin;
  return (
    isClear ||
    mayDecide(j, delta.value, inspections.j) ||
    mayDecide(harm, harmMargin, inspections.harm)
  );
}

function indicesOf(
  labels: readonly RecognitionLabel[],
  of: (label: RecognitionLabel) => boolean,
): number[] {
  return labels.flatMap((label, k) => (of(label) ? [k] : []));
}

/** The clean images by the earlier weights. */
async function earlierOf({
  earlier,
  labels,
  passes,
  observer: { taskKnown },
}: JudgingOptions): Promise<Earlier | undefined> {
  if (earlier === undefined) return undefined;
  const windows = labels.some((label) => label.window);
  const clean = await score(passes(null, 0), earlier, windows);
  return { observer: { ...earlier, taskKnown }, share: earlier.share, clean };
}

/** How recognition and harm grew of every augmentation that is safe or harmless so far, by its label's index. */
async function growthsOf(
  earlier: Earlier | undefined,
  collecting: Collecting,
  verdicts: Verdicts,
  options: JudgingOptions,
): Promise<Map<number, Growth>> {
  const { labels, passes, calibration } = options;
  const growths = new Map<number, Growth>();
  if (earlier === undefined) return growths;
  const asked = askedOfGrowth(verdicts);
  for (const [i, k] of asked.entries()) {
    const label = labels[k];
    const done = collecting.passes + i;
    options.onPass?.(done, done + asked.length - i, `growth of ${label.spec.name}`);
    // Where time ran out, a label was seen on some of the images alone.
    const whole = collecting.isWhole(k);
    const range = whole ? undefined : { from: 0, to: collecting.imagesOf(k) };
    const clean = whole
      ? earlier.clean
      : await score(passes(null, 0, range), earlier.observer, label.window);
    const pass = passes([label.spec], 0, range);
    const of = { label, pass, calibration };
    growths.set(k, await growthSince({ ...earlier, clean }, collecting.evidence[k], k, of));
  }
  return growths;
}

/** Measures all labels from what has been scored so far, and decides. */
function decideAll(
  collecting: Collecting,
  { labels, calibration, verdict, observer, groupOf, folds, onLook }: JudgingOptions,
  growths?: ReadonlyMap<number, Growth>,
): Verdicts {
  const { clean } = collecting;
  const known = observer.taskKnown;
  const augmentations: NamedMeasure[] = [];
  const controls: NamedControl[] = [];
  for (const [k, { spec, kind }] of labels.entries()) {
    const measured = collecting.measureOf(k);
    const named = { name: spec.name, measure: measured };
    if (kind !== 'augmentation') {
      controls.push({ ...named, kind });
      continue;
    }
    collecting.inspect(k, measured);
    const inspections = collecting.inspectionsOf(k);
    augmentations.push({ ...named, growth: growths?.get(k), inspections });
  }
  const facts = {
    skill: skillOf(clean.task, calibration, { groupOf, folds }),
    accuracy: accuracyOf(clean.task, calibration, { groupOf, folds }),
    known,
    classes: known === false ? undefined : clean.task.classes?.subarray(calibration),
  };
  const verdicts = decide(augmentations, controls, facts, verdict);
  onLook?.(verdicts);
  return verdicts;
}
