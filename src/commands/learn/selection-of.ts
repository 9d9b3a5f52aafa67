import type { Params, TransformSpec } from '../../augment/types.js';
import { createTransform } from '../../augment/index.js';
import type { Selection } from '../../run/files/index.js';
import type { Dataset } from '../../data/index.js';
import { pairedInterval, type PairedMean } from '../../metrics/index.js';
import {
  conflictFree,
  identitiesIn,
  type ClassException,
  type Judgement,
  type JudgingResult,
  type Measure,
  type Pairs,
  type Strength,
} from '../../safe/index.js';

/** Judging's result as it stands in `selection.json`. */
export function selectionOf(
  result: JudgingResult,
  augmentations: readonly TransformSpec[],
  options: {
    rule: Selection['rule'];
    alpha: number;
    data: Pick<Dataset, 'classes'>;
    pairs?: Pairs;
    /** False: harm was not judged, and every reason says so. */
    taskKnown?: boolean;
    /** By name. */
    strengths?: ReadonlyMap<string, readonly Strength[]>;
  },
): Selection {
  const { verdicts, clean } = result;
  const safe = verdicts.augmentations.filter((a) => a.verdict === 'safe').map((a) => a.name);
  const { pairs } = options;
  const { classes } = options.data;
  const candidates = verdicts.augmentations
    .filter((a) => safe.includes(a.name))
    .map((a) => ({ name: a.name, harm: a.harm.value, j: a.j.value }));
  const fighting = (pairs?.judged ?? []).filter((pair) => pair.conflict);
  const safeV2 = conflictFree(
    candidates,
    fighting.map((pair) => pair.members),
  );
  return {
    version: 1,
    rule: options.rule,
    status: verdicts.status,
    delta: verdicts.delta.value,
    deltaFrom: verdicts.delta.from,
    alpha: options.alpha,
    ...clean.task.details(),
    cleanAccuracy: clean.task.interval(),
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
      lowGroup: a.lowGroup,
      verdict: a.verdict,
      reason: told(a, classes, options.taskKnown ?? true),
    })),
    conflicts: fighting.map(({ members, evidence }) => {
      const removed = members.find((name) => !safeV2.includes(name));
      return { members: [...members], evidence, ...(removed === undefined ? {} : { removed }) };
    }),
    pairs: pairs?.judged.map((pair) => ({ ...pair, members: [...pair.members] })),
    pairsLeft: pairs?.left,
    identities: identitiesIn(safe).map(({ members, same }) => ({ members: [...members], same })),
    harmMargin: verdicts.harmMargin,
    safe,
    safeV2,
  };
}

function told(a: Judgement, classes: readonly string[], taskKnown: boolean): string {
  const reason = withExceptions(a.reason, a.except, classes);
  return taskKnown ? reason : `${reason}; the network knows other classes: harm was not judged`;
}

/** 'safe except 6, 9' where single classes are harmed. */
function withExceptions(
  reason: string,
  except: readonly ClassException[],
  classes: readonly string[],
): string {
  if (except.length === 0) return reason;
  const told = except.map(
    ({ label, harm: { value, low, high } }) =>
      `${classes[label]} (harm ${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}])`,
  );
  return `safe except ${told.join(', ')}; otherwise ${reason}`;
}

function figures(m: Measure) {
  return {
    n: m.n * m.draws,
    draws: m.draws,
    look: m.look,
    looks: m.looks.map((l) => ({
      look: l.look,
      j: l.j.mean,
      ...limitsOf(l.j),
      auc: l.auc.value,
    })),
    whole: { j: m.whole.j.mean, ...limitsOf(m.whole.j), auc: m.whole.auc.value },
    cutoff: m.cutoff,
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

function strengthsOf(strengths: readonly Strength[] | undefined) {
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
 * The widest half of an interval among the augmentations that are not recognised: a J below it cannot be
 * excluded. Where all are recognised, of any.
 */
function smallestDifference(all: readonly { j: { low: number; high: number } }[]): number {
  const unseen = all.filter(({ j }) => j.low <= 0);
  return Math.max(0, ...(unseen.length > 0 ? unseen : all).map(({ j }) => (j.high - j.low) / 2));
}

const optionsOf = (spec: TransformSpec): Params => createTransform(spec).options;
