import type { Params, TransformSpec } from '../../augment/transform.js';
import { createTransform } from '../../augment/index.js';
import type { AugmentationResult, Selection } from '../../run/files/index.js';
import type { Dataset } from '../../data/index.js';
import { pairedInterval, type GroupOf, type PairedMean } from '../../metrics/index.js';
import type { TaskScores } from '../../tasks/index.js';
import {
  conflictFree,
  fewestImages,
  foldsIn,
  identitiesIn,
  inBrackets,
  intervalOverFolds,
  keepsLabels,
  type Addition,
  type ClassException,
  type AugmentationJudgement,
  type FoldOf,
  type Growth,
  type JudgingResult,
  type KeepPairs,
  type Measure,
  type PaddedShift,
  type Pairs,
  type StrengthJudgement,
} from '../../safe/index.js';

/** What judging found, as `selection.json` holds it. */
export function selectionOf(
  result: JudgingResult,
  augmentations: readonly TransformSpec[],
  options: {
    rule: Selection['rule'];
    alpha: number;
    data: Pick<Dataset, 'classes'>;
    /** `[n]`, of the held-out images, where they come in groups. */
    groupOf?: GroupOf;
    /** `[n]`, likewise, the network of each, where several networks judge. */
    folds?: FoldOf;
    /** The first so many of the held-out images choose the thresholds. Default 0. */
    calibration?: number;
    pairs?: Pairs;
    /** By harm alone, of all that keeps the labels. */
    keepPairs?: KeepPairs;
    /** False: harm was not judged, and every reason says so. Default true. */
    taskKnown?: boolean;
    /** By the augmentation's name. */
    strengths?: ReadonlyMap<string, readonly StrengthJudgement[]>;
    paddedShifts?: readonly PaddedShift[];
    additions?: readonly Addition[];
  },
): Selection {
  const { verdicts, clean } = result;
  const safe = verdicts.augmentations.filter((a) => a.verdict === 'safe').map((a) => a.name);
  const { pairs, keepPairs, taskKnown = true } = options;
  const { classes } = options.data;
  const candidates = verdicts.augmentations
    .filter((a) => safe.includes(a.name))
    .map((a) => ({ name: a.name, harm: a.harm.value, j: a.j.value }));
  const inConflict = (pairs?.judged ?? []).filter((pair) => pair.conflict);
  const safeV2 = conflictFree(
    candidates,
    inConflict.map((pair) => pair.members),
  );
  const keep = taskKnown ? keepOf(verdicts.augmentations, keepPairs) : undefined;
  return {
    version: 1,
    rule: options.rule,
    status: verdicts.status,
    delta: verdicts.delta.value,
    deltaFrom: verdicts.delta.from,
    alpha: options.alpha,
    ...(options.folds && { folds: foldsIn(options.folds) }),
    ...taskFigures(clean.task, options),
    ...untestedIn(clean.task, options),
    ...(verdicts.sight && { sight: { ...verdicts.sight } }),
    smallestDifference: smallestDifference(verdicts.augmentations),
    groups: verdicts.groups,
    controls: verdicts.controls.map((c) => ({
      name: c.name,
      params: optionsOf({ name: c.name }),
      kind: c.kind,
      ...figures(c.measure),
      jLow: c.j.low,
      jHigh: c.j.high,
      passed: c.passed,
    })),
    augmentations: verdicts.augmentations.map((a, k) => ({
      name: a.name,
      params: optionsOf(augmentations[k]),
      ...figures(a.measure),
      jLow: a.j.low,
      jHigh: a.j.high,
      harm: a.harm,
      ...(a.except.length === 0
        ? {}
        : { except: a.except.map((e) => ({ class: classes[e.label], harm: e.harm })) }),
      ...strengthsOf(options.strengths?.get(a.name)),
      ...(a.growth && { growth: growthIn(a.growth) }),
      lowGroup: a.lowGroup,
      verdict: a.verdict,
      reason: reasonOf(a, classes, taskKnown),
      ...(a.grading && {
        grade: a.grading.grade,
        gradeReason: keepsLabels(a.grading.grade)
          ? withExceptions(a.grading.gradeReason, a.except, classes, a.grading.grade)
          : a.grading.gradeReason,
      }),
    })),
    conflicts: conflictsOf(inConflict, safeV2),
    pairs: pairs?.judged.map((pair) => ({ ...pair, members: [...pair.members] })),
    pairsLeft: pairs?.left,
    identities: identitiesIn(safe).map(({ members, same }) => ({ members: [...members], same })),
    ...(options.paddedShifts?.length && {
      paddedCrop: options.paddedShifts.map((shift) => ({ ...shift, harm: { ...shift.harm } })),
    }),
    ...(options.additions?.length && {
      additions: options.additions.map(({ spec: { name, options: own = {} }, harm, harmless }) => ({
        ...{ name, options: own, harm: { ...harm }, harmless },
      })),
    }),
    harmMargin: verdicts.harmMargin,
    known: verdicts.known,
    safe,
    safeV2,
    ...keep,
  };
}

/** What the task head can do on clean images: on all held-out ones; of several networks, each on the images that it judges. */
function taskFigures(
  task: TaskScores,
  { groupOf, folds, calibration = 0 }: Parameters<typeof selectionOf>[2],
): Pick<Selection, 'cleanAccuracy'> & ReturnType<TaskScores['details']> {
  if (folds === undefined) return { ...task.details(), cleanAccuracy: task.interval(groupOf) };
  // Images that choose cut-offs judge too, by another network.
  const judged = task.from(calibration);
  const interval = judged.interval(groupOf?.subarray(calibration));
  return { ...judged.details(), cleanAccuracy: intervalOverFolds(interval, folds, [0, 1]) };
}

/** Classes for which harm has no test of its own: too few of their images judge. */
export function untestedIn(
  { classes: labels }: Pick<TaskScores, 'classes'>,
  { data, groupOf, calibration = 0, taskKnown = true }: Parameters<typeof selectionOf>[2],
): Pick<Selection, 'untestedClasses'> {
  if (labels === undefined || !taskKnown) return {};
  // Of each class, its judging images, or their groups.
  const judged = data.classes.map(() => new Set<number>());
  labels.forEach((label, i) => {
    if (i >= calibration) judged[label].add(groupOf?.[i] ?? i);
  });
  const few = judged.flatMap((own, c) =>
    own.size < fewestImages ? [{ class: data.classes[c], judged: own.size }] : [],
  );
  return few.length > 0 ? { untestedClasses: few } : {};
}

/** What keeps the labels, and the largest part of it in which no two together cost more than each alone. */
function keepOf(
  augmentations: readonly AugmentationJudgement[],
  pairs: KeepPairs | undefined,
): Pick<Selection, 'keep' | 'keepV2' | 'keepConflicts' | 'keepPairs' | 'keepPairsLeft'> {
  const members = augmentations.filter(({ grading }) => keepsLabels(grading?.grade));
  const inConflict = (pairs?.judged ?? []).filter(({ conflict }) => conflict);
  const keepV2 = conflictFree(
    members.map(({ name, harm, j }) => ({ name, harm: harm.value, j: j.value })),
    inConflict.map((pair) => pair.members),
  );
  return {
    keep: members.map(({ name }) => name),
    keepV2,
    keepConflicts: conflictsOf(inConflict, keepV2),
    keepPairs: pairs?.judged.map((pair) => ({ ...pair, members: [...pair.members] })),
    keepPairsLeft: pairs?.left,
  };
}

/** Pairs in conflict, each with the member that the set without conflicts lacks. */
function conflictsOf(
  pairs: readonly { readonly members: readonly string[]; readonly evidence: string }[],
  kept: readonly string[],
): Selection['conflicts'] {
  return pairs.map(({ members, evidence }) => {
    const removed = members.find((name) => !kept.includes(name));
    return { members: [...members], evidence, ...(removed === undefined ? {} : { removed }) };
  });
}

/** The verdict's reason, with the names of classes in it. */
function reasonOf(
  { verdict, reason, except }: AugmentationJudgement,
  classes: readonly string[],
  taskKnown: boolean,
): string {
  const excepted = verdict === 'safe' ? withExceptions(reason, except, classes, 'safe') : reason;
  return taskKnown
    ? excepted
    : `${excepted}; the task head knows other classes: harm was not judged`;
}

/** 'safe except for the classes 6, 9' where single classes are harmed. */
function withExceptions(
  reason: string,
  except: readonly ClassException[],
  classes: readonly string[],
  what: string,
): string {
  if (except.length === 0) return reason;
  const harmed = except.map(({ label, harm }) => `${classes[label]} (harm ${inBrackets(harm, 2)})`);
  const noun = except.length === 1 ? 'class' : 'classes';
  return `${what} except for the ${noun} ${harmed.join(', ')}; for all others ${reason}`;
}

/** The figures that augmentations and controls have in common. */
function figures(m: Measure) {
  return {
    n: m.n * m.draws,
    ...(m.groups !== undefined && { groups: m.groups }),
    draws: m.draws,
    look: m.look,
    looks: m.looks.map((l) => ({
      look: l.look,
      j: l.j.mean,
      ...limitsOf(l.j),
      auc: l.auc.value,
    })),
    whole: { j: m.whole.j.mean, ...limitsOf(m.whole.j), auc: m.whole.auc.value },
    cutoff: m.cutoffs[0],
    ...(m.cutoffs.length > 1 && { cutoffs: [...m.cutoffs] }),
    tpr: m.tpr,
    fpr: m.fpr,
    j: m.j.mean,
    auc: m.auc.value,
    aucLow: m.auc.low,
    aucHigh: m.auc.high,
    thesis: m.thesis,
    taskChange: m.taskChange,
    taskAccuracy: m.taskAccuracy,
    lossChange: m.lossChange,
    mcnemar: m.mcnemar,
  };
}

/** Plain objects all through. */
function growthIn({ harm, ...growth }: Growth): NonNullable<AugmentationResult['growth']> {
  return harm === undefined ? growth : { ...growth, harm: { ...harm } };
}

function strengthsOf(strengths: readonly StrengthJudgement[] | undefined) {
  if (strengths === undefined || strengths.length === 0) return {};
  return {
    strengths: strengths.map((s) => ({ ...s, points: s.points.map((point) => ({ ...point })) })),
  };
}

function limitsOf(j: PairedMean) {
  const { low, high } = pairedInterval(j, 0.05);
  return { jLow: low, jHigh: high };
}

/**
 * The widest half of an interval of J among the augmentations that are not recognised: a J below it cannot be
 * excluded. Among all of them where all are recognised.
 */
function smallestDifference(all: readonly { j: { low: number; high: number } }[]): number {
  const unrecognised = all.filter(({ j }) => j.low <= 0);
  return Math.max(
    0,
    ...(unrecognised.length > 0 ? unrecognised : all).map(({ j }) => (j.high - j.low) / 2),
  );
}

const optionsOf = (spec: TransformSpec): Params => createTransform(spec).options;
