import { closest, UserError } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import {
  openCv,
  type AlbumentationsForm,
  type Arguments,
} from '../definition/albumentations-form.js';
import { createTransform, transformNames } from '../registry.js';
import { transformDefinitions } from '../transforms/index.js';
import type { Json, Params, Policy, PolicyNode, Restore } from '../transform.js';
import {
  argumentsOf,
  isKnownClass,
  wrongArgument,
  type GivenArguments,
} from './albumentations-arguments.js';
import { largestSide, mostDepth } from './limits.js';
import { parsePolicy } from './parse.js';

/**
 * Reads what `albumentations.save` (or `to_dict`) of 1.3 to 2.0 has written, where it uses our
 * transforms, `Compose`, `Sequential`, `OneOf`, `SomeOf` and `RandomOrder`. A last `PadIfNeeded` (reflect-101)
 * or `Resize` becomes `restore`. What a file leaves out is what its release takes.
 *
 * @throws UserError `POLICY` naming the first unknown transform or argument, or the argument that ours does not have;
 * `TRANSFORM_OPTION`.
 */
export function fromAlbumentations(json: unknown): Policy {
  const file = json as Arguments | null;
  if (typeof file !== 'object' || file === null || !isDict(file.transform))
    throw new UserError('POLICY', 'This file was not written by albumentations.save.', {
      expected: 'an object with "__version__" and "transform"',
      got: JSON.stringify(json)?.slice(0, 80) ?? 'nothing',
    });
  const old = Number.parseInt(String(file.__version__), 10) < 2;
  const top = file.transform;
  const { restore, size, rest } = splitRestore(top, old);
  const root = readNode(rest, { old, forced: false, where: topName, depth: 1 });
  // Both forms obey the same rules: numbers drawn, weights, sizes.
  return parsePolicy({ version: 1, restore, ...(size && { size }), root });
}

const topName = 'transform';

function isDict(value: Json | undefined): value is Arguments {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Takes the restoring last member off the outermost Compose. */
function splitRestore(top: Arguments, old: boolean): { restore: Restore; size?: Size; rest: Json } {
  const members = Array.isArray(top.transforms) ? top.transforms : [];
  const last = members.at(-1);
  const name = isDict(last) ? className(last) : '';
  const none = { restore: 'none', rest: top } as const;
  if (!isDict(last) || className(top) !== 'Compose') return none;
  if (name !== 'PadIfNeeded' && name !== 'Resize') return none;
  const where = `${topName}.transforms[${members.length - 1}] (${name})`;
  const { args, p } = argumentsOf(name, last, old, where);
  const restore = p === 1 ? restoreOf(name, args) : undefined;
  if (restore === undefined) return none;
  const [height, width] =
    name === 'Resize' ? [args.height, args.width] : [args.min_height, args.min_width];
  for (const side of [height, width])
    if (!Number.isInteger(side) || (side as number) < 1 || (side as number) > largestSide)
      throw wrongArgument(where, `a height and width of 1 to ${largestSide} px`, side);
  return {
    restore,
    size: { width: width as number, height: height as number },
    rest: { ...top, transforms: members.slice(0, -1) },
  };
}

/** What this member restores; undefined where it does something else. */
function restoreOf(name: 'PadIfNeeded' | 'Resize', args: Arguments): Restore | undefined {
  if (name === 'Resize') {
    const linear = args.interpolation === openCv.linear;
    return linear && (args.area_for_downscale ?? null) === null ? 'resize' : undefined;
  }
  const centred =
    (args.position ?? 'center') === 'center' &&
    (args.pad_height_divisor ?? null) === null &&
    (args.pad_width_divisor ?? null) === null;
  return centred && args.border_mode === openCv.reflect101 ? 'reflect' : undefined;
}

/** Where in the file a node stands, and how it is to be read. */
interface Place {
  /** Written by 1.3 or 1.4. */
  readonly old: boolean;
  /** 1.3 uses the member that a OneOf or SomeOf has drawn whatever its `p`, and passes that on. */
  readonly forced: boolean;
  readonly where: string;
  readonly depth: number;
}

function readNode(json: Json, place: Place): PolicyNode {
  const { old, forced, depth } = place;
  const { name, where, args, p: chance } = openNode(json, place);
  const p = forced ? 1 : chance;
  if (name === 'NoOp') return { kind: 'compose', members: [], p };
  if (!compositions.includes(name)) return leaf(name, args, p, where);
  if (depth >= mostDepth)
    throw wrongArgument(place.where.slice(0, 80), `at most ${mostDepth} levels`, 'more');
  if (!Array.isArray(args.transforms))
    throw wrongArgument(`${where}.transforms`, 'a list of transforms', args.transforms);
  const children = args.transforms;
  const inside = (i: number, forced: boolean): Place => ({
    old,
    forced,
    where: `${place.where}.transforms[${i}]`,
    depth: depth + 1,
  });
  const members = (forced: boolean): PolicyNode[] =>
    children.map((child, i) => readNode(child, inside(i, forced)));
  /** The chance that a file gives a member, which is its weight. */
  const weights = (): number[] =>
    children.map((child, i) => openNode(child, inside(i, false)).weight);
  switch (name) {
    case 'Compose':
      return { kind: 'compose', members: members(false), p };
    case 'Sequential':
      // In 1.3 it is always used, and passes the force on.
      return { kind: 'compose', members: members(old && forced), p: old ? 1 : p };
    case 'OneOf': {
      if (children.length === 0)
        throw wrongArgument(`${where}.transforms`, 'at least one transform', children);
      // A member keeps its weight, but is forced when drawn: so are a Sequential's members in 1.3.
      const chances = weights();
      const forcedMembers = members(true).map((member, i) => ({ ...member, p: chances[i] }));
      return { kind: 'oneOf', members: forcedMembers, p };
    }
    default: {
      const { n, replace } = args;
      if (typeof replace !== 'boolean')
        throw wrongArgument(`${where}.replace`, 'true or false', replace);
      if (!Number.isInteger(n) || (n as number) < 0)
        throw wrongArgument(`${where}.n`, 'a whole number >= 0', n);
      const node = {
        kind: 'someOf' as const,
        members: members(old),
        n: replace ? (n as number) : Math.min(n as number, children.length),
        replace,
        order: old || name === 'RandomOrder' ? ('random' as const) : ('listed' as const),
        p,
      };
      const chances = old ? weights() : [];
      return chances.every((chance) => chance === chances[0])
        ? node
        : { ...node, weights: chances };
    }
  }
}

const compositions = ['Compose', 'Sequential', 'OneOf', 'SomeOf', 'RandomOrder'];

/** A node's class and arguments. @throws UserError `POLICY` */
function openNode(
  json: Json,
  { old, where: place }: Place,
): GivenArguments & { readonly name: string; readonly where: string } {
  if (!isDict(json) || typeof json.__class_fullname__ !== 'string')
    throw wrongArgument(place, 'an object with "__class_fullname__"', json);
  const name = className(json);
  const where = `${place} (${name})`;
  if (!isKnownClass(name)) throw unknownClass(name, where);
  return { name, where, ...argumentsOf(name, json, old, where) };
}

function unknownClass(name: string, where: string): UserError {
  const near = closest(name, transformNames);
  return new UserError('POLICY', `The policy uses "${name}", which has no equivalent here.`, {
    where,
    expected: transformNames.join(', '),
    got: name,
    remedy:
      near === undefined
        ? 'remove it from the policy'
        : `did you mean "${near}"? Otherwise remove it`,
  });
}

function leaf(name: string, args: Arguments, p: number, where: string): PolicyNode {
  if (name === 'PadIfNeeded' || name === 'Resize')
    throw wrongArgument(
      where,
      `${name} as the last member of the outermost Compose, with p 1 and ` +
        (name === 'Resize' ? 'interpolation 1' : 'border_mode 4 (reflect-101), centred'),
      Object.fromEntries(Object.entries(args).filter(([key]) => key !== '__class_fullname__')),
    );
  const known = readTransform(name, args);
  if (known === undefined) throw unknownClass(name, where);
  createTransform(known);
  return { kind: 'transform', ...known, p };
}

/** The transform that a class with these arguments is; undefined where it is none. */
function readTransform(
  name: string,
  args: Arguments,
): { name: string; options: Params } | undefined {
  for (const { name: ours, albumentations } of transformDefinitions) {
    const read: AlbumentationsForm<Params>['read'] = albumentations?.read ?? {};
    const options = Object.hasOwn(read, name) ? read[name](args) : null;
    if (options !== null) return { name: ours, options: defined(options) };
  }
  return undefined;
}

function defined(options: { [key: string]: Json | undefined }): Params {
  return Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

/** `albumentations.augmentations.transforms.Blur`, as older files have it, is `Blur`. */
function className(dict: Arguments): string {
  return String(dict.__class_fullname__).split('.').pop() ?? '';
}
