import { policyFileSchema, readRunFile } from '../../run/files/index.js';
import { requireLearned } from '../../run/run-kind.js';
import type { Arm } from './arms.js';

/**
 * Arms whose safe set is empty become trainings without augmentation: that is what an empty set says, and
 * the other arms are compared all the same.
 *
 * @param from the run folder with the sets; null where no arm has one
 * @throws UserError `RUN_KIND`, `RUN_INCOMPLETE`, `RUN_DAMAGED`
 */
export function withEmptySets(arms: readonly Arm[], from: string | null): Arm[] {
  if (from === null || !arms.some(({ policy }) => isSafeSet(policy))) return [...arms];
  requireLearned(from, 'name the learn run whose safe sets are to be compared with --from');
  const file = readRunFile(from, 'policy', policyFileSchema);
  const empty = (policy: string): boolean =>
    isSafeSet(policy) && (policy === 'safe' ? file.safe : file.safeV2).transforms.length === 0;
  return arms.map((arm) => (empty(arm.policy) ? { ...arm, policy: 'none' } : arm));
}

/** What is to be said of arms that `withEmptySets` changed; undefined where it changed none. */
export function emptySetsWarning(arms: readonly Arm[], from: string | null): string | undefined {
  const names = arms.filter(({ name, policy }) => policy === 'none' && !endsInNone.test(name));
  if (names.length === 0) return undefined;
  const one = names.length === 1;
  return `${from} found no safe augmentation: ${names.map(({ name }) => name).join(', ')} ${one ? 'trains' : 'train'} without any`;
}

const endsInNone = /^(all\+)?none$/;

function isSafeSet(policy: string): boolean {
  return policy === 'safe' || policy === 'safe-v2';
}
