import {
  exportAlbumentationsFile,
  policyOfSubset,
  type TransformSpec,
} from '../../augment/index.js';
import type { DataSetConfig, LearnConfig } from '../../config/index.js';
import type { Size } from '../../image/image.js';
import {
  longFrom,
  paddingOf,
  type PolicyFile,
  type Recommended,
  type Selection,
  type SubsetPolicy,
} from '../../run/files/index.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { keepersOf, lastShare, recommend, recommendLong } from './recommend.js';

/** Members of a random subset, and the chance of each: the thesis's use of a safe set (3.2). */
const subsetSize = 3;
const probability = 0.5;

/**
 * Writes `policy.json` and `policy.albumentations.json`: the safe set, ready to train with; the latter without what Albumentations
 * does not have.
 */
export function writePolicies(
  run: RunFolder,
  config: DataSetConfig,
  selection: Selection,
  size: Size,
): void {
  const policy: PolicyFile = {
    version: 1,
    data: config.data,
    ...size,
    safe: subsetOf(config, selection, selection.safe),
    safeV2: subsetOf(config, selection, selection.safeV2),
    ...narrowedOf(config, selection),
    ...keepOf(config, selection),
    ...recommendedOf(config, selection, size),
  };
  run.writeJson('policy', policy);
  const exported = { policy: policyOfSubset(policy.safeV2, size), size };
  run.writeJson('policyAlbumentations', JSON.parse(exportAlbumentationsFile(exported, '2.0').text));
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

/** The policy to train with, where harm was judged. */
function recommendedOf(
  config: LearnConfig,
  selection: Selection,
  size: Size,
): { recommended?: Recommended } {
  const keepers = keepersOf(config, selection);
  if (keepers === undefined) return {};
  const padding = paddingOf(selection);
  const ranges = { keepers, size, restore: config.restore, padding };
  const policy = recommend(ranges);
  const long = recommendLong(ranges, selection);
  const last = subsetOf(config, selection, selection.safeV2);
  return {
    recommended: {
      policy: { ...policy, size: { ...size } },
      ...{ last, lastShare },
      ...(long && { long: { epochs: longFrom, policy: { ...long, size: { ...size } } } }),
    },
  };
}

/** What keeps the labels, where harm was judged. */
function keepOf(
  config: LearnConfig,
  selection: Selection,
): Pick<PolicyFile, 'keep' | 'keepV2' | 'keepNarrowed'> {
  const { keep, keepV2 } = selection;
  if (keep === undefined || keepV2 === undefined) return {};
  return {
    keep: subsetOf(config, selection, keep),
    keepV2: subsetOf(config, selection, keepV2),
    ...keepNarrowedOf(config, selection, keep, keepV2),
  };
}

/** keepV2 with the transforms added that keep the labels in a narrower range; nothing where there are none. */
function keepNarrowedOf(
  config: LearnConfig,
  selection: Selection,
  keep: readonly string[],
  keepV2: readonly string[],
): { keepNarrowed?: SubsetPolicy } {
  const added = selection.augmentations.flatMap(({ name, strengths }) => {
    // What keeps the labels at its full range is in keepV2, or in conflict there.
    if (keep.includes(name)) return [];
    const options = strengths?.find((s) => s.keepOptions)?.keepOptions;
    return options ? [{ name, options }] : [];
  });
  if (added.length === 0) return {};
  const set = subsetOf(config, selection, keepV2);
  const transforms = [...set.transforms, ...added];
  return { keepNarrowed: { ...set, size: Math.min(subsetSize, transforms.length), transforms } };
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
