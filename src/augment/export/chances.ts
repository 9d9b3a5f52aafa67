import { UserError } from '../../core/index.js';
import { instantiate } from '../definition/instantiate.js';
import type { Range } from '../definition/option-reader.js';
import { definitionOf } from '../registry.js';
import type { Params, PolicyNode } from '../transform.js';
import { percent } from './head.js';

/** A transform of a policy, and how many of the images meet it: for tools that have settings and no tree. */
export interface Chance {
  readonly name: string;
  /** With defaults filled in. */
  readonly options: Params;
  /** Expected applications to an image; its probability where it cannot be drawn twice. */
  readonly p: number;
}

/**
 * The transforms of a policy in its order, each with its chance.
 *
 * @throws UserError `EXPORT_POLICY` for random subsets with uneven weights, which no run writes
 */
export function chancesOf(node: PolicyNode, p = node.p): Chance[] {
  if (node.kind === 'transform') {
    const { options } = instantiate(definitionOf(node.name), node.options);
    return p > 0 ? [{ name: node.name, options, p }] : [];
  }
  const shares = sharesOf(node);
  return node.members.flatMap((member, i) => chancesOf(member, p * shares[i]));
}

/** The chance of each member where its parent is used. */
function sharesOf(node: Exclude<PolicyNode, { kind: 'transform' }>): number[] {
  if (node.kind === 'compose') return node.members.map((member) => member.p);
  if (node.kind === 'oneOf') {
    const all = node.members.reduce((sum, member) => sum + member.p, 0);
    return node.members.map((member) => member.p / all);
  }
  if (node.weights?.some((weight) => weight !== node.weights?.[0]))
    throw new UserError('EXPORT_POLICY', 'This format cannot weigh the members of a subset.', {
      expected: 'a random subset whose members are equally likely',
      got: `weights ${node.weights.join(', ')}`,
      remedy: 'export to torchvision or albumentations, or remove the weights',
    });
  return node.members.map((member) => (member.p * node.n) / node.members.length);
}

/** How far a range reaches both ways from doing nothing; 0 where it lies on one side. */
export function reach([low, high]: Range): number {
  return low < 0 && high > 0 ? rounded(Math.min(-low, high)) : 0;
}

/** Without the last digits of a sum of decimals: 0.15000000000000002 is 0.15. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** That a tool draws something for every image. */
export function forEvery(p: number): string {
  return p >= 1
    ? 'for every image, as in the policy'
    : `for every image, in the policy for ${percent(p)}`;
}

/** That only the shorter side of an uneven range is used; nothing where it is even. */
export function shorterSide([low, high]: Range, unit = ''): string {
  return -low === high ? '' : `; of ${low} to ${high}${unit} only the shorter side, both ways`;
}
