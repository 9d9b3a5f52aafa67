import type { TransformSpec } from '../../augment/transform.js';
import type { Size } from '../../image/image.js';
import { continuousPairedMean, type GroupOf, type Inspection } from '../../metrics/index.js';
import type { FoldOf } from '../statistics/over-folds.js';
import { measure, type Evidence, type Measure } from '../measure.js';
import {
  joinScored,
  passOf,
  score,
  type ImageRange,
  type JudgingPasses,
  type Observer,
  type Scored,
} from '../scoring.js';
import { drawsNothing, sizeFor } from './draws.js';
import { looksAt, type RecognitionLabel } from '../views.js';

/** What a label was inspected with so far: J and harm have errors of their own. */
export interface Inspections {
  readonly j: readonly Inspection[];
  readonly harm: readonly Inspection[];
}

export interface CollectingOptions {
  readonly labels: readonly RecognitionLabel[];
  readonly passes: JudgingPasses;
  readonly observer: Observer;
  /** Of the images, in pixels. */
  readonly size: Size;
  /** Of the images that windows are cut from, where that is another size. */
  readonly fullSize?: Size;
  /** The first so many images of every pass choose the thresholds and serve for nothing else. */
  readonly calibration: number;
  /** `[n]`, the group of each image of a pass, where images come in groups. */
  readonly groupOf?: GroupOf;
  /** `[n]`, the fold of each image of a pass, where several networks judge. */
  readonly folds?: FoldOf;
  /** Judging images, without those. Needed where there are looks at some of them. */
  readonly images?: number;
  /** Parts of these after which a label is looked at, rising, in (0, 1). Default: none, all are scored at once. */
  readonly parts?: readonly number[];
  /** Draws that a label gets at most. */
  readonly maxDraws: number;
  /** Called before each pass over judging images, with the passes done so far; may throw to stop. */
  onPass?(done: number, name: string): void;
}

/**
 * What gives a transform that draws nothing a second draw: a small change of the images, the same with and
 * without the transform (docs/decisions/003-draws-for-what-draws-nothing.md).
 */
const jitter: TransformSpec = { name: 'ControlShift1' };

/** Below this number of judging images a look tells nothing. */
const fewestOfLook = 100;
/** Of the time of the error rate, what the first draw on all images has used where others may follow. */
const firstDraw = 0.95;

/** Images after which labels are looked at before all are there: parts of them, rising, without those too small to tell anything. */
export function looksIn(images: number, parts: readonly number[]): number[] {
  return parts.map((part) => Math.round(part * images)).filter((n) => n >= fewestOfLook);
}

/**
 * The evidence of all labels as it comes: their first draw on growing parts of the judging images, then further draws on all of
 * them. Nothing is scored twice.
 *
 * A pass over all judging images costs one forward pass an image, three for windows.
 */
export class Collecting {
  readonly evidence: Evidence[];
  /** Passes over all judging images so far; a part of the images is a part of one. */
  passes = 0;
  /** [K], the parts of the images that each label's first draw has been scored on. */
  private readonly stage: number[];
  private readonly first: (Scored | undefined)[];
  private readonly fixed: readonly boolean[];
  private readonly inspections: { j: Inspection[]; harm: Inspection[] }[];
  private readonly measures: { of: Evidence; measure: Measure }[] = [];
  private readonly shifted = new Map<number, Scored>();
  private readonly windows: boolean;

  private constructor(
    private readonly options: CollectingOptions,
    /** Of the parts: where each ends among all held-out images. The last is the end of all. */
    private readonly ends: readonly number[],
    /** Clean images up to each of these ends. */
    private readonly cleanTo: readonly Scored[],
  ) {
    const { labels, observer } = options;
    this.windows = labels.some((label) => label.window);
    this.evidence = labels.map((label, k) => {
      const looks = looksAt(label, observer.statistics !== undefined);
      const { groupOf, folds } = options;
      return { looks, clean: passOf(this.clean, k, looks), draws: [], groupOf, folds };
    });
    this.stage = labels.map(() => -1);
    this.first = labels.map(() => undefined);
    this.fixed = labels.map(({ spec }) => drawsNothing(spec, sizeFor(spec, options)));
    this.inspections = labels.map(() => ({ j: [], harm: [] }));
  }

  /** Scores the clean images. */
  static async begin(options: CollectingOptions): Promise<Collecting> {
    const { labels, passes, observer, calibration, images, parts = [] } = options;
    const windows = labels.some((label) => label.window);
    const ends = looksIn(images ?? 0, parts).map((n) => calibration + n);
    const all = images === undefined ? undefined : calibration + images;
    const cleanTo: Scored[] = [];
    for (let i = 0; i <= ends.length; i++) {
      const range = rangeOf(ends[i - 1], ends[i] ?? all);
      const own = await score(passes(null, 0, range), observer, windows);
      cleanTo.push(i === 0 ? own : joinScored(cleanTo[i - 1], own));
    }
    const held = cleanTo.at(-1)!.task.count;
    const collecting = new Collecting(options, [...ends, held], cleanTo);
    collecting.passes = 1;
    return collecting;
  }

  /** All clean images. */
  get clean(): Scored {
    return this.cleanTo.at(-1)!;
  }

  /** Looks that the first draw takes: the parts, and all images. */
  get looks(): number {
    return this.ends.length;
  }

  /** Whether a label's first draw has been scored on all images. */
  isWhole(k: number): boolean {
    return this.stage[k] === this.ends.length - 1;
  }

  /** Images that a label's first draw has been scored on. */
  imagesOf(k: number): number {
    return this.ends[this.stage[k]];
  }

  /** The figures of a label, from what has been scored so far. */
  measureOf(k: number): Measure {
    const evidence = this.evidence[k];
    const known = this.measures[k];
    if (known?.of === evidence) return known.measure;
    const own = measure(evidence, this.options.calibration);
    this.measures[k] = { of: evidence, measure: own };
    return own;
  }

  /** What each label was inspected with; noted where a verdict was taken on it. */
  inspectionsOf(k: number): Inspections {
    return this.inspections[k];
  }

  /** Scores a label's first draw on the images up to the end of a part. @param to the part; default: all images */
  async extend(k: number, to = this.ends.length - 1): Promise<void> {
    const from = this.stage[k];
    if (from >= to) return;
    const { spec, window } = this.options.labels[k];
    this.options.onPass?.(this.passes, spec.name);
    const range =
      this.options.images === undefined
        ? undefined
        : rangeOf(from < 0 ? undefined : this.ends[from], this.ends[to]);
    const own = await this.score([spec], 0, window, range);
    this.passes += (this.ends[to] - (from < 0 ? 0 : this.ends[from])) / this.ends.at(-1)!;
    const before = this.first[k];
    const seen = before === undefined ? own : joinScored(before, own);
    this.first[k] = seen;
    this.stage[k] = to;
    const { looks } = this.evidence[k];
    const clean = passOf(this.cleanTo[to], k, looks);
    const applied = passOf(seen, k, looks);
    const groupOf = this.options.groupOf?.subarray(0, this.ends[to]);
    const folds = this.options.folds?.subarray(0, this.ends[to]);
    this.evidence[k] = { looks, clean, draws: [{ applied, without: clean }], groupOf, folds };
  }

  /** Scores a further draw of a label on all images. */
  async draw(k: number): Promise<void> {
    await this.extend(k);
    const { looks, clean, draws, groupOf, folds } = this.evidence[k];
    const draw = draws.length;
    const { spec, window } = this.options.labels[k];
    this.options.onPass?.(this.passes, spec.name);
    let without = clean;
    if (this.fixed[k]) {
      // One pass without, shared by all transforms that draw nothing.
      let shifted = this.shifted.get(draw);
      if (shifted === undefined) {
        shifted = await this.score([jitter], draw, this.windows);
        this.shifted.set(draw, shifted);
        this.passes++;
      }
      without = passOf(shifted, k, looks);
    }
    const transforms = without === clean ? [spec] : [jitter, spec];
    const applied = passOf(await this.score(transforms, draw, window), k, looks);
    this.evidence[k] = { looks, clean, draws: [...draws, { applied, without }], groupOf, folds };
    this.passes++;
  }

  /** Notes that a verdict was taken on a label's evidence as it is: once for each look at more of it. */
  inspect(k: number, { j, skillDifferences, draws }: Measure): void {
    const own = this.inspections[k];
    const time = this.timeOf(k, draws);
    if (own.j.at(-1)?.time === time) return;
    const share = this.shareOf(k);
    const add = (to: Inspection[], standardError: number): void => {
      // Of images by their number: known beforehand, and the same for all labels.
      const information =
        share < 1 || draws === 1 ? share : (this.errors(k, to) / standardError) ** 2;
      to.push({ time, information: standardError === 0 ? share : Math.max(information, share) });
    };
    if (draws === 1) this.firstErrors[k] = { j: j.standardError, harm: errorOf(skillDifferences) };
    add(own.j, j.standardError);
    add(own.harm, errorOf(skillDifferences));
  }

  /** [K], standard errors by the first draw on all images. */
  private readonly firstErrors: { j: number; harm: number }[] = [];

  private errors(k: number, of: Inspection[]): number {
    const { j, harm } = this.firstErrors[k];
    return of === this.inspections[k].j ? j : harm;
  }

  private shareOf(k: number): number {
    const { calibration } = this.options;
    return (this.imagesOf(k) - calibration) / (this.ends.at(-1)! - calibration);
  }

  /** Part of the error rate's time that a label's evidence stands for. */
  private timeOf(k: number, draws: number): number {
    const { maxDraws } = this.options;
    const ofFirst = maxDraws > 1 ? firstDraw : 1;
    if (draws === 1) return ofFirst * this.shareOf(k);
    return ofFirst + ((1 - ofFirst) * (draws - 1)) / (maxDraws - 1);
  }

  private score(
    transforms: readonly TransformSpec[],
    draw: number,
    parts: boolean,
    range?: ImageRange,
  ): Promise<Scored> {
    const { passes, observer } = this.options;
    return score(passes(transforms, draw, range), observer, parts);
  }
}

const errorOf = (differences: Float64Array): number =>
  continuousPairedMean(differences).standardError;

/** Undefined where it is all images. */
function rangeOf(from: number | undefined, to: number | undefined): ImageRange | undefined {
  return to === undefined ? undefined : { from: from ?? 0, to };
}
