import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  baselineNames,
  baselinePolicy,
  createTransform,
  fromAlbumentations,
  isBaselineName,
  isTransformName,
  parsePolicy,
  type Policy,
  type Recipe,
  type Restore,
  type TransformSpec,
} from '../../augment/index.js';
import {
  isLearnedSet,
  policyFileSchema,
  readRunFile,
  requireLearned,
  setIn,
  subsetPolicySchema,
  type SubsetPolicy,
} from '../../run/files/index.js';
import { policyNames, type LearnedPolicy, type TrainConfig } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import { isTrainedForLong } from '../../run/data-defaults.js';
import type { GrowingRecipe, TrainingRecipe } from './phases.js';
import type { Size } from '../../image/image.js';

/** What a policy depends on in the data. */
export interface PolicyTarget {
  readonly classes: readonly string[];
  readonly size: Size;
  /** Whether the trunk starts from weights: larger images are then fine-tuned, which does not grow. Default false. */
  readonly pretrained?: boolean;
}

type PolicySettings = Pick<TrainConfig, 'policy' | 'from' | 'augmentations' | 'subset' | 'restore'>;

/**
 * What a training's policy does to an image.
 *
 * @throws UserError `POLICY_EMPTY`, `POLICY_CLASS`, `POLICY_MISSING`, `POLICY_OLD`, `POLICY`, `TRANSFORM_UNKNOWN`,
 * `TRANSFORM_OPTION`, `RUN_INCOMPLETE`, `RUN_DAMAGED`
 */
export function recipeFor(config: PolicySettings, target: PolicyTarget): TrainingRecipe {
  const { policy, augmentations, subset, restore } = config;
  switch (policy) {
    case 'none':
      return { kind: 'none' };
    case 'all':
      return checked({ kind: 'subset', transforms: augmentations, ...subset, restore });
    default: {
      if (isBaselineName(policy))
        return policyRecipe(baselinePolicy(policy, target.size), 'reflect');
      if (isLearnedSet(policy)) return learnedRecipe(policy, config.from ?? '', target);
      const spec = singleOf(config);
      if (spec !== undefined)
        return checked({ kind: 'subset', transforms: [spec], size: 1, p: subset.p, restore });
      return fileRecipe(policy, target, restore);
    }
  }
}

/** Whether a policy is a file: everything that has no name of ours. */
export function isPolicyFile(policy: string): boolean {
  const names: readonly string[] = policyNames;
  return !names.includes(policy) && !isBaselineName(policy) && !isTransformName(policy);
}

/** A policy that is one augmentation alone, by its name. */
function singleOf({ policy, augmentations }: PolicySettings): TransformSpec | undefined {
  const named = augmentations.find(({ name }) => name === policy);
  return named ?? (isTransformName(policy) ? { name: policy } : undefined);
}

/** A policy of a `learn` run. */
function learnedRecipe(set: LearnedPolicy, run: string, target: PolicyTarget): TrainingRecipe {
  requireLearned(run, 'pass a `learn` run with --from');
  const file = readRunFile(run, 'policy', policyFileSchema);
  if (set !== 'recommended') return subsetRecipe(setIn(file, set, run), target, run);
  const { policy, last, lastShare, long } = setIn(file, set, run);
  const none: Recipe = { kind: 'none' };
  const isLong = isTrainedForLong(target.size, target.pretrained ?? false);
  const grows = long && isLong ? growingRecipe(parsePolicy(long.policy)) : undefined;
  return {
    kind: 'phases',
    phases: [
      { share: 1 - lastShare, recipe: policyRecipe(parsePolicy(policy), policy.restore) },
      {
        share: lastShare,
        recipe: last.transforms.length === 0 ? none : subsetRecipe(last, target, run),
      },
    ],
    ...(grows && { grows }),
  };
}

/**
 * The policy of long trainings by steps: first its choices, then what it paints over, then one choice more.
 *
 * @returns undefined where it has no choice to begin with
 */
function growingRecipe(policy: Policy): GrowingRecipe | undefined {
  const { root, restore } = policy;
  const members = root.kind === 'compose' ? root.members : [root];
  const choices = members.filter(({ kind }) => kind === 'oneOf');
  if (choices.length === 0) return undefined;
  const painted = members.filter(
    (node) => node.kind === 'transform' && node.name === 'RandomErasing',
  );
  const rest = members.filter((node) => !choices.includes(node) && !painted.includes(node));
  return {
    recipe: {
      kind: 'policy',
      policy: { ...policy, root: { kind: 'compose', members: rest, p: 1 } },
      restore,
    },
    steps: [...choices, ...painted, ...choices.slice(0, 1)],
  };
}

/** A random subset of `policy.json`, with its exceptions by class. */
function subsetRecipe(policy: SubsetPolicy, { classes }: PolicyTarget, where: string): Recipe {
  if (policy.transforms.length === 0)
    throw new UserError('POLICY_EMPTY', 'The set of augmentations is empty.', {
      where,
      expected: 'at least one augmentation',
      remedy: 'learn with more time or images, or train with --policy none',
    });
  const { transforms, size, p, restore } = policy;
  const except: Record<string, string[]> = {};
  for (const [name, left] of Object.entries(policy.except ?? {})) {
    const label = classes.indexOf(name);
    if (label < 0)
      throw new UserError('POLICY_CLASS', 'The policy has exceptions for an unknown class.', {
        where: `${where}, except`,
        expected: `one of ${classes.slice(0, 12).join(', ')}${classes.length > 12 ? ', ...' : ''}`,
        got: name,
        remedy: 'use a policy that was learned from these data',
      });
    const unknown = left.find((t) => !transforms.some((spec) => spec.name === t));
    if (unknown !== undefined)
      throw new UserError('POLICY_CLASS', 'The policy excludes a transform it does not contain.', {
        where: `${where}, except, ${name}`,
        expected: `one of ${transforms.map((t) => t.name).join(', ')}`,
        got: unknown,
      });
    except[label] = left;
  }
  const bare = Object.keys(except).length === 0;
  return checked({
    kind: 'subset',
    transforms,
    size,
    p,
    restore,
    ...(bare ? {} : { except }),
  });
}

/** Misspelt transforms and options show before anything is trained. */
function checked(recipe: Recipe & { kind: 'subset' }): Recipe {
  for (const spec of recipe.transforms) createTransform(spec);
  return recipe;
}

/** A policy file: a run's `policy.json`, our JSON in its short or long form, or Albumentations' JSON. */
function fileRecipe(path: string, target: PolicyTarget, restore: Restore): Recipe {
  const json = readJson(path);
  try {
    const run = policyFileSchema.safeParse(json);
    if (run.success) return subsetRecipe(run.data.safeV2, target, path);
    const short = subsetPolicySchema.safeParse(json);
    if (short.success) return subsetRecipe(short.data, target, path);
    const policy = has(json, 'transform') ? fromAlbumentations(json) : parsePolicy(json);
    // What does not restore sizes itself is restored as the run says.
    return policyRecipe(policy, policy.restore === 'none' ? restore : policy.restore);
  } catch (error) {
    if (error instanceof UserError) throw inFile(error, path);
    throw error;
  }
}

/** The recipe of a policy in our JSON. */
function policyRecipe(policy: Policy, restore: Restore): Recipe {
  return { kind: 'policy', policy, restore };
}

function readJson(path: string): unknown {
  if (!existsSync(path))
    throw new UserError('POLICY_MISSING', 'Unknown policy: neither a policy name nor a file.', {
      where: '--policy',
      expected: `${[...policyNames, ...baselineNames].join(', ')}, an augmentation's name, or a policy file`,
      got: path,
    });
  // A pipe or a device would be read for ever.
  if (!statSync(path).isFile())
    throw new UserError('POLICY', 'The policy is not a file.', {
      where: path,
      expected: 'a JSON file, such as policy.json of a run',
      got: statSync(path).isDirectory() ? 'a folder' : 'a pipe or device',
    });
  try {
    // Editors of some systems begin a file with a byte order mark.
    const text = statSync(path).size === 0 ? '' : readFileSync(path, 'utf8');
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new UserError(
      'POLICY',
      'The policy file is not JSON.',
      { where: path, got: (cause as Error).message },
      { cause },
    );
  }
}

const has = (json: unknown, key: string): boolean =>
  typeof json === 'object' && json !== null && key in json;

/** The same problem, with the file named before the place in it. */
function inFile({ code, summary, problem }: UserError, path: string): UserError {
  const where =
    problem.where === undefined || problem.where.startsWith(path)
      ? (problem.where ?? path)
      : `${path}: ${problem.where}`;
  return new UserError(code, summary, { ...problem, where });
}
