import { accuracyOf, toLose } from '../../src/safe/harm.js';
import type { PlantedRun } from './run.js';
import type { LabelTruth, PlantedSet, Truth } from './types.js';
import { labelsOf, truthOf } from './write.js';

/** One verdict beside the truth. */
export interface VerdictRow {
  readonly name: string;
  readonly truth: Truth;
  readonly verdict: 'safe' | 'unsafe' | 'undecided';
  /** What becomes of the labels, and the grade beside it; absent in rows of earlier versions. */
  readonly label?: LabelTruth;
  readonly grade?: 'safe' | 'label-keeping' | 'label-breaking' | 'undecided';
  readonly j: number;
  readonly jLow: number;
  readonly jHigh: number;
  readonly look?: string;
  /** J of each look, by its name; `whole`: of the network on whole images. */
  readonly looks: Readonly<Record<string, number>>;
  readonly harm: number;
  readonly harmLow: number;
  readonly harmHigh: number;
  /** Harm by right and wrong instead of by probability: point estimate and standard error. */
  readonly accuracyHarm: readonly [number, number];
  readonly auc: number;
  readonly draws: number;
  readonly except: readonly string[];
}

/** One data set and seed. */
export interface RunRow {
  readonly set: string;
  readonly seed: number;
  readonly status: string;
  readonly delta: number;
  readonly accuracy: number;
  readonly images: number;
  readonly seconds: number;
  readonly conflicts: readonly string[];
  /** J of the harmless controls, and of the positive ones. */
  readonly harmless: Readonly<Record<string, number>>;
  readonly positive: Readonly<Record<string, number>>;
  readonly verdicts: readonly VerdictRow[];
}

export function rowOf(set: PlantedSet, seed: number, run: PlantedRun): RunRow {
  const [truth, labels] = [truthOf(set), labelsOf(set)];
  const { selection, result } = run;
  const right = toLose(accuracyOf(result.clean.task, 0));
  const tasks = new Map(
    result.verdicts.augmentations.map(({ name, measure }) => [name, measure.task]),
  );
  const controls = (kind: string) =>
    Object.fromEntries(
      selection.controls.filter((c) => c.kind === kind).map((c) => [c.name, round(c.j)]),
    );
  return {
    set: set.name,
    seed,
    status: selection.status,
    delta: round(selection.delta),
    accuracy: round(selection.cleanAccuracy?.value ?? 0),
    images: run.images,
    seconds: Math.round(run.seconds),
    conflicts: selection.conflicts.map((c) => c.members.join(' + ')),
    harmless: controls('harmless'),
    positive: controls('positive'),
    verdicts: selection.augmentations.map((a): VerdictRow => {
      const task = tasks.get(a.name)!;
      const looks = (a.looks ?? []).map((l) => [l.look ?? '', round(l.j)] as const);
      return {
        name: a.name,
        truth: truth[a.name].truth,
        verdict: a.verdict,
        label: labels[a.name].label,
        grade: a.grade,
        j: round(a.j),
        jLow: round(a.jLow),
        jHigh: round(a.jHigh),
        look: a.look,
        looks: { ...Object.fromEntries(looks), whole: round(a.whole?.j ?? 0) },
        harm: round(a.harm?.value ?? 0),
        harmLow: round(a.harm?.low ?? 0),
        harmHigh: round(a.harm?.high ?? 0),
        accuracyHarm: [round(-task.mean / right), round(task.standardError / right)],
        auc: round(a.auc),
        draws: Number(a.draws ?? 1),
        except: (a.except ?? []).map((e) => e.class),
      };
    }),
  };
}

const round = (x: number): number => Number(x.toFixed(3));
