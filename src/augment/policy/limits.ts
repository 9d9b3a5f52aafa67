import { UserError } from '../../core/index.js';
import type { PolicyNode } from '../transform.js';

/** Policies nested more deeply are nobody's intention, and would end in a stack overflow. */
export const mostDepth = 64;

/** Largest side of an image that a policy makes, in pixels; the same as for `--size`. */
export const largestSide = 16384;

/** Most parts of a policy, and most parts that are drawn for one image. */
const mostParts = 1000;

/** @throws UserError `POLICY` where a policy has, or draws for one image, more parts than anyone needs */
export function requireFewParts(root: PolicyNode): void {
  const { all, drawn } = count(root);
  if (all <= mostParts && drawn <= mostParts) return;
  throw new UserError('POLICY', 'The policy has too many parts.', {
    expected: `at most ${mostParts} parts, and at most ${mostParts} drawn for one image`,
    got: all > mostParts ? `${all} parts` : `up to ${drawn} drawn for one image`,
    remedy: 'remove some members, or lower n',
  });
}

/** How many parts a node is made of, and how many of them an image can meet, repetitions counted. */
function count(node: PolicyNode): { all: number; drawn: number } {
  if (node.kind === 'transform') return { all: 1, drawn: 1 };
  const members = node.members.map(count);
  const drawn = members.map((member) => member.drawn).sort((a, b) => b - a);
  return {
    all: 1 + sum(members.map((member) => member.all)),
    drawn: 1 + drawnOf(node, drawn),
  };
}

/** @param drawn of each member, the largest first */
function drawnOf(
  node: Exclude<PolicyNode, { kind: 'transform' }>,
  drawn: readonly number[],
): number {
  const [largest = 0] = drawn;
  switch (node.kind) {
    case 'compose':
      return sum(drawn);
    case 'oneOf':
      return largest;
    case 'someOf':
      return node.replace ? node.n * Math.max(1, largest) : sum(drawn.slice(0, node.n));
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
