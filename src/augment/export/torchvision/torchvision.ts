import type { Size } from '../../../image/image.js';
import { instantiate } from '../../definition/instantiate.js';
import { policyOfSubset, type SubsetOfTransforms } from '../../policy/random-subset.js';
import { definitionOf } from '../../registry.js';
import { transformDefinitions } from '../../transforms/index.js';
import type { Params, Policy } from '../../transform.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from '../exported.js';
import { listCall, neededHelpers, pythonModule } from '../python.js';
import { torchWide } from '../torch-wide.js';
import { writeNode, type Dialect } from '../tree.js';
import { torchvisionHelpers } from './torchvision-helpers.js';

/** Python code with what it could not carry over. */
export interface TorchvisionExport {
  /** A module that defines `transform`, for `torchvision.transforms.v2` on uint8 tensors `[3, H, W]` and their masks. */
  code: string;
  /** Transforms that torchvision has only roughly, with the difference. */
  approximate: { name: string; difference: string }[];
  /** Transforms that torchvision does not have; they are omitted. */
  missing: string[];
}

/**
 * A policy as code for `torchvision.transforms.v2` (0.20 or newer), which has no file format. Images and their masks
 * (`tv_tensors.Mask`) are transformed together.
 *
 * `someOf` with equal chances becomes a small class in the code, since torchvision has none.
 */
export function exportTorchvision(
  policy: Policy | SubsetOfTransforms,
  size: Size,
): TorchvisionExport {
  const tree = 'root' in policy ? policy : policyOfSubset(policy, size);
  const { text, approximate, omitted } = torchvisionModule({ policy: tree, size });
  return {
    code: text,
    approximate: [...approximate],
    missing: omitted.map(({ name }) => name),
  };
}

/** The code alone of `exportTorchvision`; what is approximate or missing stands in its head. */
export function toTorchvision(policy: Policy | SubsetOfTransforms, size: Size): string {
  return exportTorchvision(policy, size).code;
}

/** A policy as a Python module for `torchvision.transforms.v2`: `transform`, and `last_transform` for the last epochs. */
export function torchvisionModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const { imports, helpers, body } = torchvisionCode(exported, differences);
  const text = pythonModule(
    exported,
    {
      library: 'torchvision.transforms.v2 (0.20 and newer)',
      checked: torchvisionChecked,
      usage: [
        'from policy import transform',
        'image, mask = transform(image, tv_tensors.Mask(mask))  # uint8, [3, H, W] and [H, W]',
        'The label 255 in a mask is outside the image: ignore it in the loss.',
      ],
      imports,
      helpers,
      body,
    },
    differences,
  );
  return { text, ...differences };
}

/** Releases that exported code was run with. */
export const torchvisionChecked = 'torchvision 0.26.0';

/** `transform`, and `last_transform` where there is one, with the classes and imports that they need. */
export function torchvisionCode(
  { policy, last, size }: ExportablePolicy,
  differences: Differences,
): { imports: string[]; helpers: string[]; body: string } {
  const main = transformOf(policy, size, differences);
  const end = last && transformOf(last.policy, size, differences);
  const body = [
    `transform: v2.Transform = ${main}`,
    ...(end === undefined ? [] : [`last_transform: v2.Transform = ${end}`]),
  ].join('\n\n');
  const helpers = neededHelpers(
    { ...ofTheWideSet, ...torchvisionHelpers, ...Object.fromEntries(ownHelpers()) },
    body,
  );
  const code = `${helpers.join('')}${body}`;
  const standard = ['math', 'random'].filter((name) => code.includes(`${name}.`));
  const imports = [
    ...standard.map((name) => `import ${name}`),
    ...(body.includes('partial(') ? ['from functools import partial'] : []),
    ...(standard.length > 0 ? [''] : []),
    ...(code.includes('torch.') ? ['import torch'] : []),
    ...(code.includes('tv_tensors.') ? ['from torchvision import tv_tensors'] : []),
    'from torchvision.transforms import v2',
  ];
  return { imports, helpers, body };
}

function transformOf(policy: Policy, size: Size, differences: Differences): string {
  const { root, restore, size: to = size } = policy;
  const parts = [writeNode(root, dialectFor(size, differences))].filter((c) => c !== undefined);
  if (restore === 'reflect') parts.push(`PadTo(${to.height}, ${to.width})`);
  if (restore === 'resize') parts.push(`v2.Resize((${to.height}, ${to.width}))`);
  return listCall('v2.Compose', parts.length === 0 ? ['v2.Identity()'] : parts);
}

function dialectFor(size: Size, differences: Differences): Dialect {
  return {
    leaf: (name, options, p) => leaf(name, options, p, size, differences),
    nothing: () => 'v2.Identity()',
    compose: (members, p) => chance(listCall('v2.Compose', members), p),
    oneOf: (members, weights, p) =>
      chance(listCall('v2.RandomChoice', members, `p=[${weights.join(', ')}]`), p),
    someOf: (members, { n, order, weights = [], replace }, p) => {
      if (replace || weights.some((weight) => weight !== weights[0]))
        differences.nearly(
          'a random subset',
          'its members are drawn evenly and without repetition',
        );
      const shuffle = order === 'random' ? 'True' : 'False';
      return chance(listCall('SomeOf', members, `n=${n}`, `shuffle=${shuffle}`), p);
    },
  };
}

function leaf(
  name: string,
  given: Params,
  p: number,
  size: Size,
  differences: Differences,
): string | undefined {
  const definition = definitionOf(name);
  const { options } = instantiate(definition, given);
  if (definition.torchvision === null || options.semantics !== undefined) {
    differences.leftOut(name, 'torchvision has no equivalent');
    return undefined;
  }
  const { code, difference } = definition.torchvision.write(options, size);
  if (difference !== undefined) differences.nearly(name, difference);
  return chance(code, p);
}

function chance(code: string, p: number): string {
  return p === 1 ? code : `v2.RandomApply([${code}], p=${p})`;
}

/** The Python classes of single transforms, in the order of their names. */
function ownHelpers(): [string, string][] {
  return transformDefinitions
    .flatMap(({ torchvision }) => Object.entries(torchvision?.helpers ?? {}))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Functions that `Drawn` is used with; levels have a class of their own here. */
const ofTheWideSet = Object.fromEntries(
  Object.entries(torchWide).filter(
    ([name]) => !['levels', 'posterized', 'solarized'].includes(name),
  ),
);
