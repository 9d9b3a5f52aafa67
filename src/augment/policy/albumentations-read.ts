import { closest, UserError } from '../../core/index.js';
import type { Size } from '../../image/types.js';
import {
  openCv,
  type AlbumentationsForm,
  type Arguments,
} from '../definition/albumentations-form.js';
import { createTransform, transformNames } from '../registry.js';
import { transformDefinitions } from '../transforms/index.js';
import type { Json, Params, Policy, PolicyNode, Restore } from '../types.js';

type Dict = { [key: string]: Json };

/**
 * Reads what `albumentations.save` (or `to_dict`) of 1.3 to 2.0 has written, where it uses our
 * transforms, `Compose`, `Sequential`, `OneOf`, `SomeOf` and `RandomOrder`. A last `PadIfNeeded` (reflect-101)
 * or `Resize` becomes `restore`.
 *
 * @throws UserError `POLICY` naming the first unknown transform or the argument that ours does not have;
 * `TRANSFORM_OPTION`.
 */
export function fromAlbumentations(json: unknown): Policy {
  const file = json as Dict | null;
  if (typeof file !== 'object' || file === null || typeof file.transform !== 'object')
    throw new UserError('POLICY', 'This is not a file of albumentations.save.', {
      expected: 'an object with "__version__" and "transform"',
      got: JSON.stringify(json)?.slice(0, 80) ?? 'nothing',
    });
  const old = Number.parseInt(String(file.__version__), 10) < 2;
  const top = file.transform as Dict;
  const { restore, size, rest } = splitRestore(top);
  const root = readNode(rest, old, false);
  return { version: 1, restore, ...(size && { size }), root };
}

/** Takes the restoring last member off the outermost Compose. */
function splitRestore(top: Dict): { restore: Restore; size?: Size; rest: Dict } {
  const members = top.transforms;
  const last = Array.isArray(members) ? (members[members.length - 1] as Dict) : undefined;
  if (last === undefined || className(top) !== 'Compose') return { restore: 'none', rest: top };
  const rest = { ...top, transforms: (members as Json[]).slice(0, -1) };
  const always = last.p === 1 || last.always_apply === true;
  if (className(last) === 'PadIfNeeded' && last.border_mode === openCv.reflect101 && always)
    return {
      restore: 'reflect',
      size: { width: last.min_width as number, height: last.min_height as number },
      rest,
    };
  if (className(last) === 'Resize' && last.interpolation === openCv.linear && always)
    return {
      restore: 'resize',
      size: { width: last.width as number, height: last.height as number },
      rest,
    };
  return { restore: 'none', rest: top };
}

/** `forced`: 1.3 uses the member that a OneOf or SomeOf has drawn whatever its `p`, and passes that on. */
function readNode(dict: Dict, old: boolean, forced: boolean): PolicyNode {
  const name = className(dict);
  const p = forced || dict.always_apply === true ? 1 : ((dict.p as number | undefined) ?? 1);
  const children = (Array.isArray(dict.transforms) ? dict.transforms : []) as Dict[];
  switch (name) {
    case 'Compose':
      return { kind: 'compose', members: children.map((c) => readNode(c, old, false)), p };
    case 'Sequential':
      // In 1.3 it is always used, and passes the force on.
      return {
        kind: 'compose',
        members: children.map((c) => readNode(c, old, old && forced)),
        p: old ? 1 : p,
      };
    case 'OneOf':
      return { kind: 'oneOf', members: children.map((c) => oneOfMember(c, old)), p };
    case 'SomeOf':
    case 'RandomOrder':
      return readSomeOf(dict, name, children, old, p);
    default:
      return leaf(name, dict, p);
  }
}

/** The member keeps its `p`, its weight, but is forced when drawn: so are a Sequential's members in 1.3. */
function oneOfMember(child: Dict, old: boolean): PolicyNode {
  const node = readNode(child, old, true);
  return { ...node, p: child.always_apply === true ? 1 : ((child.p as number | undefined) ?? 1) };
}

function readSomeOf(
  dict: Dict,
  name: string,
  children: Dict[],
  old: boolean,
  p: number,
): PolicyNode {
  const n = Math.min(dict.n as number, dict.replace === true ? Infinity : children.length);
  const node = {
    kind: 'someOf' as const,
    members: children.map((c) => readNode(c, old, old)),
    n,
    replace: dict.replace === true,
    order: old || name === 'RandomOrder' ? ('random' as const) : ('listed' as const),
    p,
  };
  if (!old) return node;
  const weights = children.map((c) => (c.p as number | undefined) ?? 1);
  return weights.every((w) => w === weights[0]) ? node : { ...node, weights };
}

function leaf(name: string, dict: Dict, p: number): PolicyNode {
  const known = readTransform(name, dict);
  if (known === undefined) {
    const near = closest(name, transformNames);
    throw new UserError('POLICY', `The policy uses "${name}", which has no counterpart here.`, {
      expected: transformNames.join(', '),
      got: name,
      remedy: near === undefined ? 'leave it out of the policy' : `the nearest one is "${near}"`,
    });
  }
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
function className(dict: Dict): string {
  return String(dict.__class_fullname__).split('.').pop()!;
}
