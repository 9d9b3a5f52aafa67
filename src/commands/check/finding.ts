import type { Params } from '../../augment/index.js';
import type { Size } from '../../image/image.js';
import type { Operation } from '../../recipes/index.js';
import type { AugmentationResult, Selection } from '../../run/files/index.js';
import { compareReach, type ReachComparison, type Reach } from './reach.js';
import { harmText, listed, lostText, shortNumber } from './words.js';

/**
 * What a run says about something that a tool does, the gravest first.
 *
 * - `breaks-labels`: graded label-breaking, and the tool does as much or more.
 * - `breaks-some-labels`: breaks those of single classes, and keeps the others.
 * - `unsafe`: its verdict; the run has no grades, so whether it breaks labels is not known.
 * - `undecided`: judged, and not decided at this strength.
 * - `not-judged`: this run did not judge it, or not as strongly.
 * - `label-keeping`, `safe`: its grade, and the tool does no more than was judged.
 */
export const standings = [
  'breaks-labels',
  'breaks-some-labels',
  'unsafe',
  'undecided',
  'not-judged',
  'label-keeping',
  'safe',
] as const;

export type Standing = (typeof standings)[number];

/** How people call a standing. */
export const standingText: Readonly<Record<Standing, string>> = {
  'breaks-labels': 'breaks labels here',
  'breaks-some-labels': 'breaks labels of some classes here',
  unsafe: 'unsafe here',
  undecided: 'undecided',
  'not-judged': 'not judged',
  'label-keeping': 'label-keeping here',
  safe: 'safe here',
};

/** What a run says about one operation. */
export interface OperationFinding {
  /** As the tool calls it. */
  readonly operation: string;
  /** Of one among several: its share of the images. */
  readonly share?: number;
  readonly standing: Standing;
  /** A few words for people. */
  readonly words: string;
  /** The run's own reason, where the words leave something open. */
  readonly detail?: string;
  /** Our transform that says so, as the run judged it. */
  readonly transform?: string;
  readonly verdict?: AugmentationResult['verdict'];
  readonly grade?: AugmentationResult['grade'];
  readonly harm?: AugmentationResult['harm'];
  readonly taskChange?: AugmentationResult['taskChange'];
  readonly except?: AugmentationResult['except'];
  /** How strong the tool has it, beside what was judged. */
  readonly reach?: readonly Reach[];
  /** By option: the largest magnitude known to be safe or to keep the labels, where the tool goes further. */
  readonly upTo?: Readonly<Record<string, number>>;
  /** A similar transform that the run judged, which says nothing for sure. */
  readonly near?: string;
  /** Transforms that would judge it. */
  readonly wouldJudge?: readonly string[];
}

/** What a finding goes by. */
export interface Judged {
  readonly selection: Selection;
  /** Of the images that were judged. */
  readonly size: Size;
}

/** The gravest of several. */
export function gravest(all: readonly Standing[]): Standing {
  return standings.find((standing) => all.includes(standing)) ?? 'safe';
}

/** What the run says about an operation: by the first of our transforms that it has judged and that decides. */
export function findingOf(operation: Operation, judged: Judged): OperationFinding {
  const { name, share } = operation;
  const found = operation.same.flatMap((likeness) => {
    const result = resultOf(judged, likeness.transform);
    const against: Against = (options) => compareReach(likeness, options, judged.size);
    const comparison = result && against(result.params);
    if (result === undefined || comparison === undefined || comparison.differs.length > 0)
      return [];
    return [
      {
        ...standingAt(result, { ...comparison, against }, judged.selection),
        ...factsOf(result, comparison),
      },
    ];
  });
  const decided = found.find(({ standing }) => standing !== 'not-judged') ?? found.at(0);
  const own = decided ?? unjudged(operation, judged);
  return { operation: name, ...(share !== undefined && { share }), ...own };
}

/** The tool's settings beside other options of the same transform. */
type Against = (options: Params) => ReachComparison | undefined;
/** Its settings beside the judged ones, and beside any others. */
type Compared = ReachComparison & { readonly against: Against };
type Own = Omit<OperationFinding, 'operation' | 'share'>;
type Verdict = Pick<Own, 'standing' | 'words' | 'detail' | 'upTo'>;

function resultOf({ selection }: Judged, name: string): AugmentationResult | undefined {
  return selection.augmentations.find((a) => a.name === name);
}

function factsOf(result: AugmentationResult, { reach }: ReachComparison): Partial<Own> {
  const { name: transform, verdict, grade, harm, taskChange, except } = result;
  return { transform, verdict, grade, harm, taskChange, ...(except && { except }), reach };
}

/** Nothing that the run judged does the same. */
function unjudged({ same, near = [] }: Operation, judged: Judged): Own {
  const other = same.find(({ transform }) => resultOf(judged, transform) !== undefined);
  const nearest = [...(other ? [other.transform] : []), ...near].find(
    (name) => resultOf(judged, name) !== undefined,
  );
  const wouldJudge = same
    .filter((likeness) => resultOf(judged, likeness.transform) === undefined)
    // Judged with its own defaults: another border would not do.
    .filter((likeness) => (compareReach(likeness, {}, judged.size)?.differs.length ?? 0) === 0)
    .map(({ transform }) => transform);
  const what = other ? 'not judged with this border or these settings' : 'not judged';
  const result = nearest === undefined ? undefined : resultOf(judged, nearest);
  return {
    standing: 'not-judged',
    words: result === undefined ? what : `${what}; similar: ${result.name}, ${plainWords(result)}`,
    ...(nearest !== undefined && { near: nearest }),
    ...(wouldJudge.length > 0 && { wouldJudge }),
  };
}

/** A grade, or where there is none a verdict, in the fewest words. */
function plainWords({ grade, verdict }: AugmentationResult): string {
  if (grade === undefined) return verdict;
  if (grade === 'label-breaking') return 'breaks labels';
  return grade;
}

/** What a grade or verdict comes to at the tool's strength. */
function standingAt(
  result: AugmentationResult,
  comparison: Compared,
  selection: Selection,
): Verdict {
  const { grade, verdict } = result;
  const keeps = grade === undefined ? verdict === 'safe' : keepsLabels(grade);
  if (keeps) return keptAt(result, comparison);
  const breaks = grade === 'label-breaking';
  const open = grade === undefined ? verdict === 'undecided' : !breaks;
  const within = withinRange(result, comparison);
  if (within !== undefined) return within;
  const stronger = comparison.covers && !comparison.inside;
  const already = stronger ? ` already at ${judgedText(comparison)}` : '';
  if (open) {
    const here = verdict === 'unsafe' ? 'unsafe; undecided whether it breaks labels' : 'undecided';
    const weaker = `undecided at ${toolText(comparison)}: ${verdict} at ${judgedText(comparison)}`;
    return {
      standing: 'undecided',
      words: comparison.covers ? `${here}${already}` : weaker,
      detail: result.gradeReason ?? result.reason,
    };
  }
  if (comparison.covers)
    return breaks
      ? {
          standing: 'breaks-labels',
          words: `breaks labels here${already}, ${lostText(result.taskChange, selection)}`,
          ...upToOf(result, comparison),
        }
      : {
          standing: 'unsafe',
          words: `unsafe here${already}, ${lostText(result.taskChange, selection)}; no grade in this run`,
          detail: result.reason,
          ...upToOf(result, comparison),
        };
  return {
    standing: 'undecided',
    words: `undecided at ${toolText(comparison)}: ${breaks ? 'breaks labels' : 'unsafe'} at ${judgedText(comparison)}${keptText(result, comparison)}`,
    ...upToOf(result, comparison),
  };
}

const keepsLabels = (grade: string): boolean => grade === 'safe' || grade === 'label-keeping';

/** Of what is safe or keeps the labels at the judged strength. */
function keptAt(result: AugmentationResult, comparison: Compared): Verdict {
  const { grade = 'safe', verdict, except = [] } = result;
  if (!comparison.inside)
    return {
      standing: 'not-judged',
      words: `not judged at ${toolText(comparison)}: ${grade} up to ${judgedText(comparison)}`,
      upTo: Object.fromEntries(comparison.reach.map((r) => [r.option, r.judged])),
    };
  const standing = grade === 'safe' ? 'safe' : 'label-keeping';
  if (except.length > 0) {
    const classes = listed(except.map((e) => `${e.class} (${harmText(e.harm)})`));
    const others = `${standing} for all others`;
    return comparison.covers
      ? {
          standing: 'breaks-some-labels',
          words: `breaks the labels of ${classes}; ${others}`,
        }
      : {
          standing: 'undecided',
          words: `undecided for ${classes} at ${toolText(comparison)}: breaks their labels at ${judgedText(comparison)}; ${others}`,
        };
  }
  if (standing === 'safe') return { standing, words: 'safe here' };
  return (
    withinRange(result, comparison) ?? {
      standing,
      words:
        verdict === 'unsafe' && comparison.covers
          ? 'unsafe but label-keeping here'
          : 'label-keeping here, not shown to be safe',
    }
  );
}

/** Within a narrower range that was judged safe, or to keep the labels; undefined where it is in none. */
function withinRange(
  { strengths = [] }: AugmentationResult,
  comparison: Compared,
): Verdict | undefined {
  const at = toolText(comparison);
  const isIn = (options: Params | null | undefined): boolean => {
    const found = options && comparison.against(options);
    return found ? found.inside && found.differs.length === 0 : false;
  };
  if (strengths.some(({ options }) => isIn(options)))
    return { standing: 'safe', words: `safe here at ${at}` };
  // Exceptions are those of the full range: what single classes do within it was not judged.
  if (strengths.some(({ keepOptions }) => isIn(keepOptions)))
    return {
      standing: 'label-keeping',
      words: `label-keeping here at ${at}, not shown to be safe`,
    };
  return undefined;
}

/** The ranges that are known to keep the labels, of an augmentation that does not at full range. */
function upToOf(result: AugmentationResult, { reach }: ReachComparison): Pick<Own, 'upTo'> {
  const known = (result.strengths ?? []).flatMap(({ option, safeUpTo, keepsUpTo }) => {
    const largest = keepsUpTo ?? safeUpTo;
    const wanted = reach.some((r) => r.option === option && r.tool > 0);
    return largest === null || !wanted ? [] : [[option, largest] as const];
  });
  return known.length === 0 ? {} : { upTo: Object.fromEntries(known) };
}

/** `; label-keeping up to 11.3 degrees` where that is known. */
function keptText(result: AugmentationResult, comparison: ReachComparison): string {
  const { upTo } = upToOf(result, comparison);
  if (upTo === undefined) return '';
  const graded = result.grade === undefined ? 'safe' : 'label-keeping';
  const texts = comparison.reach
    .filter(({ option }) => upTo[option] !== undefined)
    .map(({ option, unit }) => `${shortNumber(upTo[option])} ${unit}`);
  return `; ${graded} up to ${texts.join(', ')}`;
}

const judgedText = ({ reach }: ReachComparison): string => strengthText(reach, 'judged');
const toolText = ({ reach }: ReachComparison): string => strengthText(reach, 'tool');

function strengthText(reach: readonly Reach[], which: 'tool' | 'judged'): string {
  const texts = reach.filter((r) => r[which] > 0).map((r) => `${shortNumber(r[which])} ${r.unit}`);
  return texts.length === 0 ? 'this strength' : listed(texts);
}
