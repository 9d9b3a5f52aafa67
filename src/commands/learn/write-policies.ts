import { toAlbumentations, type TransformSpec } from '../../augment/index.js';
import type { DataSetConfig, LearnConfig } from '../../config/index.js';
import type { PolicyFile, Selection, SubsetPolicy } from '../../run/files/index.js';
import type { RunFolder } from '../../run/folder/run-folder.js';

/** Members of a random subset, and the chance of each: the thesis's use of a safe set (3.2). */
const subsetSize = 3;
const probability = 0.5;

/** Writes `policy.json` and `policy.albumentations.json`: the safe set, ready to train with. */
export function writePolicies(
  run: RunFolder,
  config: DataSetConfig,
  selection: Selection,
  size: { height: number; width: number },
): void {
  const policy: PolicyFile = {
    version: 1,
    data: config.data,
    ...size,
    safe: subsetOf(config, selection, selection.safe),
    safeV2: subsetOf(config, selection, selection.safeV2),
    ...narrowedOf(config, selection),
    ...keepOf(config, selection),
  };
  run.writeJson('policy', policy);
  run.writeJson('policyAlbumentations', toAlbumentations(policy.safeV2, size));
}

function subsetOf(
  config: LearnConfig,
  selection: Selection,
  names: readonly string[],
): SubsetPolicy {
  const except = exceptionsIn(selection, names);
  return {
    size: Math.min(subsetSize, names.length),
    p: probability,
    restore: config.restore,
    transforms: config.augmentations.filter((spec: TransformSpec) => names.includes(spec.name)),
    ...(Object.keys(except).length > 0 ? { except } : {}),
  };
}

/** By class: members of the set that are not safe for it. */
function exceptionsIn(selection: Selection, names: readonly string[]): Record<string, string[]> {
  const except: Record<string, string[]> = {};
  for (const augmentation of selection.augmentations)
    if (names.includes(augmentation.name))
      for (const { class: label } of augmentation.except ?? [])
        (except[label] ??= []).push(augmentation.name);
  return except;
}

/** What keeps the labels, where harm was judged. */
function keepOf(config: LearnConfig, selection: Selection): Pick<PolicyFile, 'keep' | 'keepV2'> {
  const { keep, keepV2 } = selection;
  if (keep === undefined || keepV2 === undefined) return {};
  return {
    keep: subsetOf(config, selection, keep),
    keepV2: subsetOf(config, selection, keepV2),
  };
}

/** safeV2 with the transforms added that are safe in a narrower range; nothing where there are none. */
function narrowedOf(config: LearnConfig, selection: Selection): { narrowed?: SubsetPolicy } {
  const added = selection.augmentations.flatMap(({ name, strengths }) => {
    // Of several magnitudes only one at a time has been judged: the first that leaves a range.
    const options = strengths?.find((s) => s.options !== null)?.options;
    return options === undefined || options === null ? [] : [{ name, options }];
  });
  if (added.length === 0) return {};
  const safe = subsetOf(config, selection, selection.safeV2);
  const transforms = [...safe.transforms, ...added];
  return { narrowed: { ...safe, size: Math.min(subsetSize, transforms.length), transforms } };
}
