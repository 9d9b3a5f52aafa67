import { UserError } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import {
  openCv,
  type AlbumentationsClass,
  type AlbumentationsRelease,
} from '../definition/albumentations-form.js';
import { instantiate } from '../definition/instantiate.js';
import { definitionOf } from '../registry.js';
import type { Json, Params, Policy, PolicyNode } from '../transform.js';
import { policyOfSubset, type SubsetOfTransforms } from './random-subset.js';

/** The version that stands in a file of each release. */
const versions: Record<AlbumentationsRelease, string> = {
  '1.3': '1.3.1',
  '1.4': '1.4.24',
  '2.0': '2.0.8',
};

/** A policy for Albumentations, and what that has no counterpart of. */
export interface AlbumentationsExport {
  /** As `albumentations.save` writes it. */
  readonly file: { [key: string]: Json };
  /** Transforms that the release does not have; they are left out. */
  readonly missing: string[];
}

/**
 * As `toAlbumentations`, but leaves out what has no counterpart in that release.
 *
 * @throws UserError `POLICY` for `semantics: 'albumentations-0.1.1'`.
 */
export function exportAlbumentations(
  policy: Policy | SubsetOfTransforms,
  size: Size,
  release: AlbumentationsRelease = '2.0',
): AlbumentationsExport {
  const missing = new Set<string>();
  const file = write(policy, { release, size, missing });
  return { file, missing: [...missing] };
}

/**
 * A policy as `albumentations.load` reads it (what `albumentations.save` writes), for one release.
 *
 * Relative crops become absolute for images of `size`. `restore` becomes a last `PadIfNeeded` or
 * `Resize`. Where the releases mean different things, the tree is built so that both do the same: 1.3
 * forces the members that `SomeOf` has drawn, so each is wrapped with its probability; 2.0 keeps `SomeOf`
 * in the listed order, so a random order is its `RandomOrder`.
 *
 * Differs from ours: GaussNoise draws its variance evenly here, its deviation in 2.0, within the same
 * limits; ShiftScaleRotate of 2.0 draws width's and height's scale apart.
 *
 * @throws UserError `POLICY` for controls, what the release does not have, and `semantics: 'albumentations-0.1.1'`.
 */
export function toAlbumentations(
  policy: Policy | SubsetOfTransforms,
  size: Size,
  release: AlbumentationsRelease = '2.0',
): { [key: string]: Json } {
  return write(policy, { release, size });
}

/** For which release and images it is written. */
interface Target {
  readonly release: AlbumentationsRelease;
  readonly size: Size;
  /** Takes what has no counterpart; without it, that is an error. */
  readonly missing?: Set<string>;
}

function write(policy: Policy | SubsetOfTransforms, context: Target): { [key: string]: Json } {
  const { release, size } = context;
  const {
    root,
    restore,
    size: target = size,
  } = 'root' in policy ? policy : policyOfSubset(policy, size);
  const members = root.kind === 'compose' && root.p === 1 ? root.members : [root];
  const first = members.flatMap((node) => writeNode(node, context));
  const { width, height } = target;
  const last: Json[] = [];
  if (restore === 'reflect')
    last.push(
      written(
        release,
        {
          name: 'PadIfNeeded',
          args: { min_height: height, min_width: width, border_mode: openCv.reflect101 },
        },
        1,
      ),
    );
  if (restore === 'resize')
    last.push(
      written(
        release,
        { name: 'Resize', args: { height, width, interpolation: openCv.linear } },
        1,
      ),
    );
  return {
    __version__: versions[release],
    transform: composeOf([...first, ...last], 1),
  };
}

/** The node, or nothing where all of it is left out. */
function writeNode(node: PolicyNode, context: Target): Json[] {
  if (node.kind === 'transform') {
    const found = writeTransform(node.name, node.options, context);
    return found === null ? [] : [written(context.release, found, node.p)];
  }
  const members = node.members.flatMap((member, i) =>
    writeNode(member, context).map((json): WrittenMember => ({
      json,
      weight: node.kind === 'someOf' ? (node.weights?.[i] ?? 1) : 1,
    })),
  );
  if (members.length === 0 && node.members.length > 0) return [];
  const transforms = members.map(({ json }) => json);
  switch (node.kind) {
    case 'compose':
      if (node.members.length === 0)
        return [written(context.release, { name: 'NoOp', args: {} }, node.p)];
      return [composeOf(transforms, node.p)];
    case 'oneOf':
      return [{ __class_fullname__: 'OneOf', p: node.p, transforms }];
    case 'someOf':
      return [someOf(node, context.release, members)];
  }
}

/** What a member has become, and its weight among the others. */
interface WrittenMember {
  readonly json: Json;
  readonly weight: number;
}

/** A transform as a class of Albumentations, with the arguments of that release; null where it is left out. */
function writeTransform(
  name: string,
  given: Params,
  { release, size, missing }: Target,
): AlbumentationsClass | null {
  const definition = definitionOf(name);
  const { options } = instantiate(definition, given);
  if (options.semantics !== undefined)
    throw new UserError(
      'POLICY',
      `${name}: current Albumentations has no equivalent for these semantics.`,
      {
        where: name,
        expected: 'semantics "albumentations"',
        got: String(options.semantics),
      },
    );
  const found = definition.albumentations?.write(options, release, size) ?? null;
  if (found === null && missing === undefined)
    throw new UserError('POLICY', `${name} has no counterpart in Albumentations ${release}.`, {
      where: name,
      remedy: 'remove it from the policy',
    });
  if (found === null) missing?.add(name);
  return found;
}

function someOf(
  node: PolicyNode & { kind: 'someOf' },
  release: AlbumentationsRelease,
  members: readonly WrittenMember[],
): Json {
  const n = node.replace ? node.n : Math.min(node.n, members.length);
  const rest = { p: node.p, n, replace: node.replace };
  if (release === '2.0')
    return {
      __class_fullname__: node.order === 'random' ? 'RandomOrder' : 'SomeOf',
      ...rest,
      transforms: members.map(({ json }) => json),
    };
  // The wrapper's probability is its weight; what it holds keeps its own.
  return {
    __class_fullname__: 'SomeOf',
    ...rest,
    transforms: members.map(({ json, weight }) => composeOf([json], weight)),
  };
}

function composeOf(transforms: Json[], p: number): { [key: string]: Json } {
  return {
    __class_fullname__: 'Compose',
    p,
    transforms,
    bbox_params: null,
    keypoint_params: null,
    additional_targets: {},
    is_check_shapes: true,
  };
}

function written(
  release: AlbumentationsRelease,
  { name, args }: AlbumentationsClass,
  p: number,
): Json {
  return {
    __class_fullname__: name,
    ...(release === '1.3' && name !== 'Compose' && { always_apply: false }),
    p,
    ...args,
  };
}
