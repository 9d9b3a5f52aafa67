import type { Size } from '../../image/image.js';
import { instantiate } from '../definition/instantiate.js';
import { definitionOf } from '../registry.js';
import { transformDefinitions } from '../transforms/index.js';
import type { Policy, PolicyNode } from '../transform.js';
import { policyOfSubset, type SubsetOfTransforms } from './random-subset.js';
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
  const {
    root,
    restore,
    size: target = size,
  } = 'root' in policy ? policy : policyOfSubset(policy, size);
  const report: TorchvisionExport = { code: '', approximate: [], missing: [] };
  const parts = [writeNode(root, size, report)].filter((c) => c !== undefined);
  if (restore === 'reflect') parts.push(`PadTo(${target.height}, ${target.width})`);
  if (restore === 'resize') parts.push(`v2.Resize((${target.height}, ${target.width}))`);
  report.code = module(parts, report);
  return report;
}

/** The code alone of `exportTorchvision`; what is approximate or missing stands in its comments. */
export function toTorchvision(policy: Policy | SubsetOfTransforms, size: Size): string {
  return exportTorchvision(policy, size).code;
}

function writeNode(node: PolicyNode, size: Size, report: TorchvisionExport): string | undefined {
  if (node.kind === 'transform') return writeTransform(node, size, report);
  const members = node.members.flatMap((member) => {
    // A drawn member of a oneOf is used for certain; its p is the weight.
    const plain = node.kind === 'oneOf' ? { ...member, p: 1 } : member;
    const code = writeNode(plain, size, report);
    return code === undefined ? [] : [{ code, weight: member.p }];
  });
  if (members.length === 0) return undefined;
  const list = indent(members.map((m) => m.code));
  if (node.kind === 'compose') return chance(`v2.Compose([\n${list}\n])`, node.p);
  if (node.kind === 'oneOf') {
    const weights = members.map((m) => m.weight).join(', ');
    return chance(`v2.RandomChoice([\n${list}\n], p=[${weights}])`, node.p);
  }
  const order = node.order === 'random' ? 'True' : 'False';
  return chance(
    `SomeOf([\n${list}\n], n=${Math.min(node.n, members.length)}, shuffle=${order})`,
    node.p,
  );
}

function writeTransform(
  node: PolicyNode & { kind: 'transform' },
  size: Size,
  report: TorchvisionExport,
): string | undefined {
  const definition = definitionOf(node.name);
  const { options } = instantiate(definition, node.options);
  if (definition.torchvision === null) {
    if (!report.missing.includes(node.name)) report.missing.push(node.name);
    return undefined;
  }
  const { code, difference } = definition.torchvision.write(options, size);
  if (difference !== undefined && !report.approximate.some((a) => a.name === node.name))
    report.approximate.push({ name: node.name, difference });
  return chance(code, node.p);
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

function indent(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^/gm, '    ')},`).join('\n');
}

function module(parts: readonly string[], report: TorchvisionExport): string {
  const body = `transform = v2.Compose([\n${indent(parts)}\n])\n`;
  const notes = [
    ...report.approximate.map((a) => `# ${a.name} is approximate: ${a.difference}.`),
    ...report.missing.map((name) => `# ${name} is omitted: torchvision has no equivalent.`),
  ];
  const classes = [...Object.entries(torchvisionHelpers), ...ownHelpers()]
    .filter(([name]) => body.includes(`${name}(`))
    .map(([, code]) => `\n${code}`);
  return [
    '# For torchvision.transforms.v2, on uint8 image tensors [3, H, W], alone or with masks of uint8 class labels:',
    '# image, mask = transform(image, tv_tensors.Mask(mask)). The label 255 is outside the image: ignore it in the loss.',
    ...notes,
    'import random',
    '',
    'import torch',
    'from torchvision import tv_tensors',
    'from torchvision.transforms import v2',
    '',
    ...classes,
    '',
    body,
  ].join('\n');
}
