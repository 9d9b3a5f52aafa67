import { isDeepStrictEqual } from 'node:util';
import { growCompareConfig, type CompareConfig } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import type { Comparison, ComparisonManifest } from '../../run/files/index.js';
import { displacer } from '../../run/folder/places.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { thisCommand } from '../../run/manifest.js';
import { isPolicyFile } from '../train/policy-recipe.js';
import { armsOf, policyAt } from './arms.js';

type Growing = Pick<CompareConfig, 'arms' | 'single' | 'seeds' | 'from'>;

/**
 * A started comparison's settings with the arms and seeds that are asked for beyond those it has.
 *
 * @param given its settings with more, as `grownComparison` makes them; files that are new are named from this directory
 * @param stored as the run folder has them: paths are those of the directory it was started in
 * @throws UserError `ARM_EPOCHS` where its trainings are too short for what is new
 */
export function withMore(
  given: Growing & Pick<CompareConfig, 'out'>,
  stored: CompareConfig,
  started: ComparisonManifest | null,
): CompareConfig {
  const fromStart = displacer(given.out, started);
  const placedArm = (name: string): string => {
    const [{ policy }] = armsOf({ arms: [name], single: false, augmentations: [] });
    if (!isPolicyFile(policy)) return name;
    return name.slice(0, name.length - policy.length) + policyAt({ policy }, fromStart);
  };
  const [first] = given.arms.filter((name) => !stored.arms.includes(name) && isTuned(name));
  if (first !== undefined && started !== null && started.plan.epochs < 2)
    throw new UserError('ARM_EPOCHS', 'Each training of this comparison has a single epoch.', {
      where: given.out,
      expected: 'at least 2 epochs for all+POLICY: one on all and one of fine-tuning',
      got: first,
      remedy: 'leave these arms out, or start another comparison in another folder',
    });
  return growCompareConfig(stored, {
    arms: given.arms.map((name) => (stored.arms.includes(name) ? name : placedArm(name))),
    single: given.single,
    seeds: given.seeds,
    from: given.from === null ? null : fromStart(given.from),
  });
}

function isTuned(name: string): boolean {
  return armsOf({ arms: [name], single: false, augmentations: [] })[0].pretrained;
}

/** Whether a comparison has results of all its arms and seeds: one that has grown since may not. */
export function covers(
  { arms, seeds, singles }: Comparison,
  config: Pick<CompareConfig, 'arms' | 'single' | 'seeds'>,
): boolean {
  const names = arms.map(({ name }) => name);
  return (
    seeds.length >= config.seeds &&
    config.arms.every((name) => names.includes(name)) &&
    (!config.single || singles !== null)
  );
}

/**
 * Keeps in the run folder that a comparison has grown, and by what command: any process finds the new trainings there.
 */
export function keepGrowth(
  folder: RunFolder,
  manifest: ComparisonManifest,
  stored: CompareConfig,
  wanted: CompareConfig,
): void {
  if (isDeepStrictEqual(growing(stored), growing(wanted))) return;
  const { arms, single, seeds, from } = wanted;
  folder.writeJson('config', { ...stored, arms, single, seeds, from });
  const grown = [
    ...(manifest.grown ?? []),
    { command: thisCommand(), at: new Date().toISOString() },
  ];
  folder.writeJson('manifest', { ...manifest, grown });
}

function growing({ arms, single, seeds, from }: Growing): Growing {
  return { arms, single, seeds, from };
}
