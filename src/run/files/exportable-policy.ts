import { basename, resolve } from 'node:path';
import {
  parsePolicy,
  policyOfSubset,
  type ExportablePolicy,
  type Policy,
} from '../../augment/index.js';
import type { LearnedPolicy } from '../../config/index.js';
import { packageVersion } from '../../core/index.js';
import type { Manifest } from './manifest-file.js';
import { setIn, type PolicyFile, type SubsetPolicy } from './policy-file.js';

/**
 * One of a run's sets as other tools can be told it.
 *
 * @param manifest says when it was made, and whether its labels are masks; default: neither is known
 * @throws UserError `POLICY_OLD`, `POLICY`
 */
export function exportablePolicy(
  file: PolicyFile,
  set: LearnedPolicy,
  run: string,
  manifest?: Pick<Manifest, 'created' | 'data'>,
): ExportablePolicy {
  const size = { height: file.height, width: file.width };
  const source = {
    run: basename(resolve(run)),
    data: file.data,
    date: manifest?.created.slice(0, 10),
    set,
    version: packageVersion(),
  };
  const rest = { size, source, perPixel: manifest?.data.segmentation !== undefined };
  if (set !== 'recommended') {
    const subset = setIn(file, set, run);
    return { policy: forAllClasses(subset, size), omitted: exceptionsOf(subset), ...rest };
  }
  const { policy, last, lastShare } = setIn(file, set, run);
  return {
    policy: parsePolicy(policy),
    last: { policy: forAllClasses(last, size), share: lastShare },
    omitted: exceptionsOf(last),
    ...rest,
  };
}

/** By transform: the classes whose labels it breaks. */
function classesBy({ except = {} }: SubsetPolicy): Map<string, string[]> {
  const classes = new Map<string, string[]>();
  for (const [label, names] of Object.entries(except))
    for (const name of names) classes.set(name, [...(classes.get(name) ?? []), label]);
  return classes;
}

/** The subset, where what breaks single classes does nothing: the chances of all others stay what they are. */
function forAllClasses(subset: SubsetPolicy, size: ExportablePolicy['size']): Policy {
  const broken = classesBy(subset);
  const policy = policyOfSubset(subset, size);
  if (policy.root.kind !== 'someOf' || broken.size === 0) return policy;
  const members = policy.root.members.map((member) =>
    member.kind === 'transform' && broken.has(member.name)
      ? { kind: 'compose' as const, members: [], p: member.p }
      : member,
  );
  return { ...policy, root: { ...policy.root, members } };
}

function exceptionsOf(subset: SubsetPolicy): ExportablePolicy['omitted'] {
  return [...classesBy(subset)].map(([name, labels]) => ({
    name,
    difference: `it breaks the labels of ${labels.join(', ')}, and other tools do not know an image's class`,
  }));
}
