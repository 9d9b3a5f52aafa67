import { join } from 'node:path';
import { defaultArms, type CompareConfig, type TrainConfig } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import type { Dataset } from '../../data/index.js';
import {
  isLearnedSet,
  learnedSetsIn,
  policyFileSchema,
  readRunFile,
  requireLearned,
  setIn,
  type Recommended,
  type ComparisonPlan,
} from '../../run/files/index.js';
import { isPolicyFile, recipeFor } from '../train/policy-recipe.js';

/** One line of the table: a policy, from scratch or after training on all. */
export interface Arm {
  readonly name: string;
  readonly policy: string;
  readonly pretrained: boolean;
  /** One augmentation alone. */
  readonly single: boolean;
}

/** One training: of an arm, or on all for those that are fine-tuned, with one seed. */
export interface ArmTask {
  /** Unique and stable, such as `all+safe@1`. */
  readonly id: string;
  readonly arm: Arm | null;
  readonly seed: number;
  readonly folder: string;
  /** The task whose weights it starts from. */
  readonly needs: string | null;
  readonly config: TrainConfig;
}

/** The settings of a training that its arm decides. */
type ArmSettings = Pick<TrainConfig, 'policy' | 'epochs'> & Partial<Pick<TrainConfig, 'init'>>;

const onAll = 'all+';

/** All parts of a comparison; any process can work them out from its folder. */
export interface Outline {
  readonly arms: readonly Arm[];
  /** Arms whose policy is that of another, by name: they are not trained again. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly tasks: readonly ArmTask[];
}

/** Where a policy's file lies now: a resumed comparison may run in another directory. Default: as it was named. */
type PlaceOf = (file: string) => string;

/** An arm's policy for those who read its file. */
export function policyAt({ policy }: Pick<Arm, 'policy'>, place: PlaceOf): string {
  return isPolicyFile(policy) ? place(policy) : policy;
}

/** The arms that a configuration names, and the single ones it asks for. */
export function armsOf(config: Pick<CompareConfig, 'arms' | 'single' | 'augmentations'>): Arm[] {
  const named = config.arms.map((name): Arm => {
    const pretrained = name.startsWith(onAll);
    const policy = pretrained ? name.slice(onAll.length) : name;
    if (policy === '')
      throw new UserError('ARM_FORM', 'An arm lacks a policy.', {
        where: '--arms',
        expected: 'POLICY or all+POLICY',
        got: name,
      });
    return { name, policy, pretrained, single: false };
  });
  if (!config.single) return named;
  const singles = config.augmentations
    .map(({ name }): Arm => ({ name, policy: name, pretrained: false, single: true }))
    .filter(({ name }) => !config.arms.includes(name));
  // Gains are measured against training without augmentation.
  const none: Arm = { name: 'none', policy: 'none', pretrained: false, single: false };
  return [...(config.arms.includes('none') ? [] : [none]), ...named, ...singles];
}

/**
 * The arms to train: where none were chosen, without sets that the run does not have, as runs of earlier versions and those that
 * judged no harm; with a warning where that leaves some out.
 *
 * @param from the run folder with the sets; null where no arm has one
 * @throws UserError `RUN_KIND`, `RUN_INCOMPLETE`, `RUN_DAMAGED`
 */
export function availableArms(
  arms: readonly string[],
  from: string | null,
): { readonly arms: string[]; readonly warning?: string } {
  const isChosen =
    arms.length !== defaultArms.length || arms.some((arm, i) => arm !== defaultArms[i]);
  if (isChosen || from === null) return { arms: [...arms] };
  requireLearned(from, 'pass a `learn` run with --from');
  const sets: readonly string[] = learnedSetsIn(readRunFile(from, 'policy', policyFileSchema));
  const missing = arms.filter((arm) => isLearnedSet(arm) && !sets.includes(arm));
  if (missing.length === 0) return { arms: [...arms] };
  return {
    arms: arms.filter((arm) => !missing.includes(arm)),
    warning: `${from} has no set ${missing.join(' and no set ')} (judged by an earlier version, or without harm): left out here`,
  };
}

/**
 * Turns arms with an empty set into trainings without augmentation, which is what an empty set means. The other arms
 * are compared as usual.
 *
 * @param from the run folder with the sets; null where no arm has one
 * @throws UserError `RUN_KIND`, `RUN_INCOMPLETE`, `RUN_DAMAGED`, `POLICY_OLD`
 */
export function withEmptySets(arms: readonly Arm[], from: string | null): Arm[] {
  if (from === null || !arms.some(({ policy }) => isLearnedSet(policy))) return [...arms];
  requireLearned(from, 'pass a `learn` run with --from');
  const file = readRunFile(from, 'policy', policyFileSchema);
  const empty = (policy: string): boolean =>
    isLearnedSet(policy) &&
    (policy === 'recommended'
      ? isEmpty(setIn(file, policy, from))
      : setIn(file, policy, from).transforms.length === 0);
  return arms.map((arm) => (empty(arm.policy) ? { ...arm, policy: 'none' } : arm));
}

/** A warning about arms that `withEmptySets` changed; undefined where it changed none. */
export function emptySetsWarning(arms: readonly Arm[], from: string | null): string | undefined {
  const names = arms.filter(({ name, policy }) => policy === 'none' && !endsInNone.test(name));
  if (names.length === 0) return undefined;
  const one = names.length === 1;
  const isSafe = names.every(({ name }) => /safe(-v2)?$/.test(name));
  return `${from} found no ${isSafe ? 'safe' : 'safe or label-keeping'} augmentation, so ${names.map(({ name }) => name).join(', ')} ${one ? 'trains' : 'train'} without any`;
}

/** Whether a recommendation does nothing in any epoch. */
function isEmpty({ policy: { root }, last }: Recommended): boolean {
  return root.kind !== 'transform' && root.members.length === 0 && last.transforms.length === 0;
}

const endsInNone = /^(all\+)?none$/;

/** Arms, aliases and trainings. @throws UserError for policies that cannot be used */
export function outlineOf(
  config: CompareConfig,
  data: Pick<Dataset, 'classes' | 'size'>,
  plan: ComparisonPlan,
  place: PlaceOf = (file) => file,
): Outline {
  const from = config.from === null ? null : config.out;
  const arms = withEmptySets(armsOf(config), from);
  const aliases = new Map<string, string>();
  const seen = new Map<string, string>();
  for (const arm of arms) {
    const { name, pretrained } = arm;
    const recipe = recipeFor({ ...config, policy: policyAt(arm, place), from }, data);
    const key = JSON.stringify([pretrained, recipe]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, name);
    else aliases.set(name, first);
  }
  const trained = arms.filter(({ name }) => !aliases.has(name));
  const tasks = tasksOf(config, trained, plan, place);
  const folders = tasks.map((task) => task.folder);
  const twice = folders.find((folder, i) => folders.indexOf(folder) !== i);
  if (twice !== undefined)
    throw new UserError('ARM_FORM', 'Two arms would use the same folder.', {
      where: '--arms',
      got: twice,
      remedy: 'rename one of the policy files',
    });
  return { arms, aliases, tasks };
}

/** Epochs on all, and of fine-tuning: together what the other arms get. */
export function stagesOf(epochs: number, share: number): { first: number; second: number } {
  const first = Math.min(epochs - 1, Math.max(1, Math.round(epochs * share)));
  return { first, second: epochs - first };
}

/** Epochs of all trainings of one seed, in those of one arm. */
export function costOf(arms: readonly Arm[], share: number): number {
  const tuned = arms.filter((arm) => arm.pretrained).length;
  return arms.length - tuned + (tuned > 0 ? share : 0) + tuned * (1 - share);
}

/** Every training of a comparison, seed by seed, each after what it starts from. */
export function tasksOf(
  config: CompareConfig,
  arms: readonly Arm[],
  plan: Pick<ComparisonPlan, 'epochs' | 'validateEvery' | 'imagesPerEpoch'>,
  place: PlaceOf = (file) => file,
): ArmTask[] {
  const { first, second } = stagesOf(plan.epochs, config.pretrainShare);
  const tasks: ArmTask[] = [];
  for (let i = 0; i < config.seeds; i++) {
    const seed = config.seed + i;
    const make = (name: string, own: ArmSettings, more: Partial<ArmTask>): ArmTask => {
      const folder = join('arms', `${slug(name)}-seed${seed}`);
      const out = join(config.out, folder);
      const { validateEvery, imagesPerEpoch: epochImages } = plan;
      const common = { ...shared(config), seed, out, validateEvery, epochImages };
      const settings: TrainConfig = { ...common, ...own };
      return {
        id: `${name}@${seed}`,
        arm: null,
        seed,
        folder,
        needs: null,
        config: settings,
        ...more,
      };
    };
    const start = make('pretrain-all', { policy: 'all', epochs: first }, {});
    if (arms.some((arm) => arm.pretrained)) tasks.push(start);
    for (const arm of arms) {
      const policy = policyAt(arm, place);
      tasks.push(
        arm.pretrained
          ? make(
              arm.name,
              { policy, epochs: second, init: start.config.out },
              { arm, needs: start.id },
            )
          : make(arm.name, { policy, epochs: plan.epochs }, { arm }),
      );
    }
  }
  return tasks;
}

/** The settings that all trainings of a comparison share, with no policy: for measuring. */
export function trainingOf(config: CompareConfig): TrainConfig {
  const epochs = config.epochs;
  return { ...shared(config), policy: 'none', epochs, seed: config.seed, out: config.out };
}

/** Settings of the comparison itself, which its trainings do not have. */
const ofComparison = new Set<string>([
  'arms',
  'single',
  'seeds',
  'pretrainShare',
  'jobs',
  'engine',
  'slurm',
] satisfies (keyof CompareConfig)[]);

/** The settings that every training shares; the safe sets are in the comparison's own folder. */
function shared(config: CompareConfig): Omit<TrainConfig, 'policy' | 'epochs' | 'seed' | 'out'> {
  const common = Object.fromEntries(
    Object.entries(config).filter(([name]) => !ofComparison.has(name)),
  ) as Omit<TrainConfig, 'policy' | 'init' | 'processes'>;
  return {
    ...common,
    command: 'train',
    from: config.from === null ? null : config.out,
    init: null,
    processes: { norms: 'own' },
    budget: null,
    resume: false,
    overwrite: false,
  };
}

/** A name that is good for a folder: `all+policies/mine.json` becomes `all+mine`. */
function slug(name: string): string {
  const [prefix, policy] = name.startsWith(onAll) ? [onAll, name.slice(onAll.length)] : ['', name];
  const last = policy.split(/[/\\]/).at(-1)!;
  return prefix + last.replace(/\.json$/i, '').replace(/[^\w.-]+/g, '-');
}
