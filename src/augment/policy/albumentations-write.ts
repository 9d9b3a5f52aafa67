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
 * @throws UserError `POLICY` for controls and for `semantics: 'albumentations-0.1.1'`.
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
  const writer: NodeWriter = (node) => writeNode(node, release, size);
  const first = root.kind === 'compose' && root.p === 1 ? root.members.map(writer) : [writer(root)];
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

type NodeWriter = (node: PolicyNode) => Json;

function writeNode(node: PolicyNode, release: AlbumentationsRelease, size: Size): Json {
  const write: NodeWriter = (member) => writeNode(member, release, size);
  switch (node.kind) {
    case 'transform':
      return written(release, writeTransform(node.name, node.options, release, size), node.p);
    case 'compose':
      if (node.members.length === 0) return written(release, { name: 'NoOp', args: {} }, node.p);
      return composeOf(node.members.map(write), node.p);
    case 'oneOf':
      return { __class_fullname__: 'OneOf', p: node.p, transforms: node.members.map(write) };
    case 'someOf':
      return someOf(node, release, write);
  }
}

/** A transform as a class of Albumentations, with the arguments of that release. */
function writeTransform(
  name: string,
  given: Params,
  release: AlbumentationsRelease,
  size: Size,
): AlbumentationsClass {
  const definition = definitionOf(name);
  const { options } = instantiate(definition, given);
  if (definition.albumentations === null)
    throw new UserError('POLICY', `${name} has no counterpart in Albumentations.`, { where: name });
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
  return definition.albumentations.write(options, release, size);
}

function someOf(
  node: PolicyNode & { kind: 'someOf' },
  release: AlbumentationsRelease,
  write: NodeWriter,
): Json {
  const rest = { p: node.p, n: node.n, replace: node.replace };
  if (release === '2.0')
    return {
      __class_fullname__: node.order === 'random' ? 'RandomOrder' : 'SomeOf',
      ...rest,
      transforms: node.members.map(write),
    };
  // The wrapper's probability is its weight; what it holds keeps its own.
  const weights = node.weights ?? node.members.map(() => 1);
  return {
    __class_fullname__: 'SomeOf',
    ...rest,
    transforms: node.members.map((member, i) => composeOf([write(member)], weights[i])),
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
