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
  /** Transforms that the release does not have; they do nothing, in their place. */
  readonly missing: string[];
}

/**
 * As `toAlbumentations`, but what has no counterpart in that release does nothing in its place, so that the chances of all
 * others stay what they are.
 *
 * @throws UserError `POLICY` for `semantics: 'albumentations-0.1.1'`.
 */
export function exportAlbumentations(
  policy: Policy | SubsetOfTransforms,
  size: Size,
  release: AlbumentationsRelease = '2.0',
): AlbumentationsExport {
  const missing = new Set<string>();
  const known = (node: PolicyNode): PolicyNode => {
    if (node.kind !== 'transform') return { ...node, members: node.members.map(known) };
    const definition = definitionOf(node.name);
    const { options } = instantiate(definition, node.options);
    const { albumentations } = definition;
    // Of old semantics the writer has more to say.
    if (options.semantics !== undefined || albumentations?.write(options, release, size))
      return node;
    missing.add(node.name);
    return { kind: 'compose', members: [], p: node.p };
  };
  const tree = 'root' in policy ? policy : policyOfSubset(policy, size);
  const file = toAlbumentations({ ...tree, root: known(tree.root) }, size, release);
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
  const {
    root,
    restore,
    size: target = size,
  } = 'root' in policy ? policy : policyOfSubset(policy, size);
  const context = { release, size };
  const members = root.kind === 'compose' && root.p === 1 ? root.members : [root];
  const first = members.map((node) => writeNode(node, context));
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

/** For which release and images it is written. */
interface Target {
  readonly release: AlbumentationsRelease;
  readonly size: Size;
}

function writeNode(node: PolicyNode, context: Target): Json {
  const { release } = context;
  if (node.kind === 'transform')
    return written(release, classOf(node.name, node.options, context), node.p);
  const transforms = node.members.map((member) => writeNode(member, context));
  switch (node.kind) {
    case 'compose':
      if (transforms.length === 0) return written(release, { name: 'NoOp', args: {} }, node.p);
      return composeOf(transforms, node.p);
    case 'oneOf':
      return { __class_fullname__: 'OneOf', p: node.p, transforms };
    case 'someOf':
      return someOf(node, release, transforms);
  }
}

/** A transform as a class of Albumentations, with the arguments of that release. */
function classOf(name: string, given: Params, { release, size }: Target): AlbumentationsClass {
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
  if (found === null)
    throw new UserError('POLICY', `${name} has no counterpart in Albumentations ${release}.`, {
      where: name,
      remedy: 'remove it from the policy',
    });
  return found;
}

function someOf(
  node: PolicyNode & { kind: 'someOf' },
  release: AlbumentationsRelease,
  members: Json[],
): Json {
  const { n } = node;
  const rest = { p: node.p, n, replace: node.replace };
  if (release === '2.0')
    return {
      __class_fullname__: node.order === 'random' ? 'RandomOrder' : 'SomeOf',
      ...rest,
      transforms: members,
    };
  // The wrapper's probability is its weight; what it holds keeps its own.
  return {
    __class_fullname__: 'SomeOf',
    ...rest,
    transforms: members.map((json, i) => composeOf([json], node.weights?.[i] ?? 1)),
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
