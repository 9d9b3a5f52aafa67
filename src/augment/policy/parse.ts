import { UserError } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import { createTransform } from '../registry.js';
import type { Params, Policy, PolicyNode, Restore } from '../transform.js';
import { largestSide, mostDepth, requireFewParts } from './limits.js';

type Loose = { [key: string]: unknown };

/**
 * Reads a policy in our JSON, checked throughout: kinds, probabilities, names and options. The short form
 * of a random subset (`size`, `p`, `restore`, `transforms`, `width`, `height`) is read too.
 *
 * @throws UserError `POLICY` naming the place; `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`.
 */
export function parsePolicy(json: unknown): Policy {
  const given = asObject(json, 'policy');
  if ('transforms' in given) return parseSubset(given);
  only(given, 'policy', ['version', 'restore', 'size', 'root']);
  if (given.version !== 1) throw wrong('policy.version', '1', given.version);
  const restore = given.restore as Restore;
  if (!['reflect', 'resize', 'none'].includes(restore))
    throw wrong('policy.restore', '"reflect", "resize" or "none"', given.restore);
  const size = given.size === undefined ? undefined : parseSize(given.size);
  if (restore !== 'none' && size === undefined)
    throw wrong('policy.size', `{"width", "height"} for restore "${restore}"`, given.size);
  const root = parseNode(given.root, 'policy.root', 1);
  requireFewParts(root);
  return { version: 1, restore, ...(size && { size }), root };
}

function parseSubset(given: Loose): Policy {
  only(given, 'policy', ['version', 'size', 'p', 'restore', 'transforms', 'width', 'height']);
  const { size, p, restore, transforms, width, height } = given;
  if (!Number.isInteger(size) || (size as number) < 0)
    throw wrong('policy.size', 'a whole number >= 0', size);
  if (!Array.isArray(transforms)) throw wrong('policy.transforms', 'a list', transforms);
  const n = Math.min(size as number, transforms.length);
  const members = transforms.map((spec) => ({
    kind: 'transform',
    p,
    ...asObject(spec, 'transform'),
  }));
  return parsePolicy({
    version: given.version,
    restore,
    size: { width, height },
    root: { kind: 'someOf', n, members },
  });
}

function parseSize(json: unknown): Size {
  const { width, height } = asObject(json, 'policy.size');
  for (const side of [width, height])
    if (!Number.isInteger(side) || (side as number) < 1 || (side as number) > largestSide)
      throw wrong('policy.size', `a width and height of 1 to ${largestSide} px`, json);
  return { width: width as number, height: height as number };
}

function parseNode(json: unknown, where: string, depth: number): PolicyNode {
  if (depth > mostDepth)
    throw wrong('policy.root', `at most ${mostDepth} levels of members`, 'more');
  const given = asObject(json, where);
  const p = given.p ?? 1;
  if (typeof p !== 'number' || !(p >= 0 && p <= 1))
    throw wrong(`${where}.p`, 'a probability from 0 to 1', p);
  switch (given.kind) {
    case 'transform': {
      only(given, where, ['kind', 'name', 'options', 'p']);
      const name = given.name as string;
      const options = (given.options ?? {}) as Params;
      createTransform({ name, options });
      return { kind: 'transform', name, options, p };
    }
    case 'compose':
    case 'oneOf': {
      only(given, where, ['kind', 'members', 'p']);
      const members = parseMembers(given.members, where, depth);
      if (given.kind === 'oneOf' && !members.some((m) => m.p > 0))
        throw wrong(`${where}.members`, 'a member with p above 0', 'none');
      return { kind: given.kind, members, p };
    }
    case 'someOf':
      return parseSomeOf(given, where, p, depth);
    default:
      throw wrong(`${where}.kind`, '"transform", "compose", "oneOf" or "someOf"', given.kind);
  }
}

function parseSomeOf(given: Loose, where: string, p: number, depth: number): PolicyNode {
  only(given, where, ['kind', 'members', 'n', 'replace', 'order', 'weights', 'p']);
  const members = parseMembers(given.members, where, depth);
  const { n, replace = false, order = 'random', weights } = given;
  if (typeof replace !== 'boolean') throw wrong(`${where}.replace`, 'true or false', replace);
  if (!Number.isInteger(n) || (n as number) < 0 || (!replace && (n as number) > members.length))
    throw wrong(
      `${where}.n`,
      replace
        ? 'a whole number >= 0'
        : `a whole number from 0 to ${members.length} (the number of members)`,
      n,
    );
  if (members.length === 0 && (n as number) > 0)
    throw wrong(`${where}.members`, 'at least one member', members);
  if (order !== 'random' && order !== 'listed')
    throw wrong(`${where}.order`, '"random" or "listed"', order);
  const node: PolicyNode = { kind: 'someOf', members, n: n as number, replace, order, p };
  if (weights === undefined) return node;
  const fits =
    Array.isArray(weights) &&
    weights.length === members.length &&
    weights.every((w) => typeof w === 'number' && w >= 0) &&
    // JSON makes an infinity of 1e999, and sums may become one.
    Number.isFinite((weights as number[]).reduce((a, b) => a + b, 0)) &&
    weights.filter((w) => w > 0).length >= (replace ? 1 : (n as number));
  if (!fits) throw wrong(`${where}.weights`, 'a weight >= 0 for each member', weights);
  return { ...node, weights: weights as number[] };
}

function parseMembers(json: unknown, where: string, depth: number): PolicyNode[] {
  if (!Array.isArray(json)) throw wrong(`${where}.members`, 'a list', json);
  return json.map((member, i) => parseNode(member, `${where}.members[${i}]`, depth + 1));
}

function asObject(json: unknown, where: string): Loose {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw wrong(where, 'an object', json);
  return json as Loose;
}

function only(given: Loose, where: string, keys: readonly string[]): void {
  for (const key of Object.keys(given))
    if (!keys.includes(key)) throw wrong(`${where}.${key}`, `one of ${keys.join(', ')}`, key);
}

function wrong(where: string, expected: string, got: unknown): UserError {
  return new UserError('POLICY', 'The policy is invalid.', {
    where,
    expected,
    got: got === undefined ? 'no value' : show(got),
  });
}

/** JSON has no infinity, which it makes of 1e999. */
function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? '').slice(0, 200);
}
