import { toAlbumentations, type TransformSpec } from '../augment/index.js';
import type { LearnConfig, PolicyFile, Selection, SubsetPolicy } from '../config/index.js';
import type { RunFolder } from './run-folder.js';

/** Members of a random subset, and the chance of each: the thesis's use of a safe set (3.2). */
const subsetSize = 3;
const probability = 0.5;

/** Writes `policy.json` and `policy.albumentations.json`: the safe set, ready to train with. */
export function writePolicies(
  run: RunFolder,
  config: LearnConfig,
  selection: Selection,
  size: { height: number; width: number },
): void {
  const policy: PolicyFile = {
    version: 1,
    data: config.data,
    ...size,
    safe: subsetOf(config, selection.safe),
    safeV2: subsetOf(config, selection.safeV2),
  };
  run.writeJson('policy', policy);
  run.writeJson('policyAlbumentations', toAlbumentations(policy.safeV2, size));
}

function subsetOf(config: LearnConfig, names: readonly string[]): SubsetPolicy {
  return {
    size: Math.min(subsetSize, names.length),
    p: probability,
    restore: config.restore,
    transforms: config.augmentations.filter((spec: TransformSpec) => names.includes(spec.name)),
  };
}
