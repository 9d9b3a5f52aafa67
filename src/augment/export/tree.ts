import type { Params, PolicyNode } from '../transform.js';

type SomeOf = PolicyNode & { kind: 'someOf' };

/** How a library writes the parts of a policy, as expressions. Each is used with probability `p`. */
export interface Dialect {
  /** A transform; undefined where the library has none, which the dialect notes. */
  leaf(name: string, options: Params, p: number): string | undefined;
  /** What leaves an image as it is. */
  nothing(p: number): string;
  compose(members: readonly string[], p: number): string;
  /** @param weights chances of the members, in any unit */
  oneOf(members: readonly string[], weights: readonly number[], p: number): string;
  someOf(members: readonly string[], node: SomeOf, p: number): string;
  /** True where a member of a oneOf says its chance itself, as its `p`. */
  readonly memberHoldsWeight?: boolean;
}

/**
 * A part of a policy as an expression; undefined where nothing is left of it. What the library lacks does nothing, in its
 * place in a choice, so that the chances of all others stay what they are.
 */
export function writeNode(node: PolicyNode, dialect: Dialect, p = node.p): string | undefined {
  if (node.kind === 'transform') return dialect.leaf(node.name, node.options, p);
  if (node.kind === 'compose') {
    const members = node.members
      .map((member) => writeNode(member, dialect))
      .filter((code) => code !== undefined);
    return members.length === 0 ? undefined : dialect.compose(members, p);
  }
  const isOneOf = node.kind === 'oneOf';
  const codes = node.members.map((member) => {
    // A drawn member of a oneOf is used for certain; its p is the weight.
    const own = isOneOf && !dialect.memberHoldsWeight ? 1 : member.p;
    return writeNode(member, dialect, own) ?? { nothing: own };
  });
  if (codes.every((code) => typeof code !== 'string')) return undefined;
  const members = codes.map((code) =>
    typeof code === 'string' ? code : dialect.nothing(code.nothing),
  );
  if (isOneOf)
    return dialect.oneOf(
      members,
      node.members.map((member) => member.p),
      p,
    );
  return dialect.someOf(members, node, p);
}
