import type { Size } from '../../image/types.js';
import { instantiate } from '../definition.js';
import { definitionOf } from '../registry.js';
import { scaled } from '../transforms/window.js';
import type { Json, Params } from '../types.js';
import { torchvisionHelpers } from './torchvision-helpers.js';
import { policyOfSubset, type Policy, type PolicyNode, type SubsetOfTransforms } from './types.js';

/** Python code with what it could not carry over. */
export interface TorchvisionExport {
  /** A module that defines `transform`, for `torchvision.transforms.v2` on uint8 tensors `[3, H, W]`. */
  code: string;
  /** Transforms that torchvision has only roughly, with the difference. */
  approximate: { name: string; difference: string }[];
  /** Transforms that torchvision does not have; they are left out. */
  missing: string[];
}

type Expression = { code: string; difference?: string } | undefined;

/**
 * A policy as code for `torchvision.transforms.v2` (0.20 or newer), which has no file format.
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
  const { options } = instantiate(definitionOf(node.name), node.options);
  const expression = expressions[node.name]?.(options, size);
  if (expression === undefined) {
    if (!report.missing.includes(node.name)) report.missing.push(node.name);
    return undefined;
  }
  const { code, difference } = expression;
  if (difference !== undefined && !report.approximate.some((a) => a.name === node.name))
    report.approximate.push({ name: node.name, difference });
  return chance(code, node.p);
}

function chance(code: string, p: number): string {
  return p === 1 ? code : `v2.RandomApply([${code}], p=${p})`;
}

const expressions: Record<string, (o: Params, size: Size) => Expression> = {
  HorizontalFlip: () => ({ code: 'v2.RandomHorizontalFlip(p=1)' }),
  VerticalFlip: () => ({ code: 'v2.RandomVerticalFlip(p=1)' }),
  RandomRotate90: () => ({
    code: `v2.RandomChoice([v2.RandomRotation((a, a), expand=True) for a in (0, 90, 180, 270)])`,
  }),
  Transpose: () => ({ code: 'Transpose()' }),
  ToGray: () => ({ code: 'v2.Grayscale(num_output_channels=3)' }),
  ShiftScaleRotate: (o) => {
    const [x, y] = [o.shiftLimitX, o.shiftLimitY].map((r) => largest(r as number[]));
    const [low, high] = (o.scaleLimit as number[]).map((s) => 1 + s);
    const degrees = python(o.rotateLimit as number[]);
    return {
      code: `v2.RandomAffine(degrees=${degrees}, translate=(${x}, ${y}), scale=(${low}, ${high}), interpolation=v2.InterpolationMode.BILINEAR)`,
      difference: 'the border is black instead of reflected; shifts are symmetric',
    };
  },
  RandomCrop: (o, size) => ({ code: `v2.RandomCrop(${cropSize(o, size)})` }),
  CenterCrop: (o, size) => ({ code: `v2.CenterCrop(${cropSize(o, size)})` }),
  RandomSizedCrop: (o, size) => sizedCrop(o, size),
  RandomContrast: (o) => ({ code: `Values(contrast, ${ends(o.limit)})` }),
  RandomBrightness: (o) => ({ code: `Values(brightness, ${ends(o.limit)})` }),
  RandomGamma: (o) => ({ code: `Values(gamma, ${ends(o.gammaLimit)})` }),
  Blur: (o) => ({ code: `Blur(${ends(o.blurLimit)})` }),
  GaussNoise: (o) => {
    const variances =
      (o.varLimit as number[] | undefined) ?? (o.stdRange as number[]).map((d) => (d * 255) ** 2);
    const exact = o.mean === 0 && o.perChannel === true;
    return {
      code: `Values(noise, ${ends(variances)})`,
      ...(!exact && { difference: 'noise has mean 0 and is drawn for every channel' }),
    };
  },
};

function sizedCrop(o: Params, size: Size): Expression {
  const range = (o.minMaxScale ??
    (o.minMaxHeight as number[]).map((h) => h / size.height)) as number[];
  const out = (o.outputScale as number | undefined) ?? 1;
  const height = (o.height as number | undefined) ?? scaled(size.height, out);
  const width = (o.width as number | undefined) ?? scaled(size.width, out);
  const ratio = (o.w2hRatio as number | undefined) ?? size.width / size.height;
  const areas = range.map((s) => Math.min(1, s * s));
  return {
    code: `v2.RandomResizedCrop((${height}, ${width}), scale=${python(areas)}, ratio=(${ratio}, ${ratio}))`,
    difference: 'the area is drawn evenly instead of the side',
  };
}

function cropSize(o: Params, size: Size): string {
  const scale = (o.scale as number | undefined) ?? 1;
  const height = (o.height as number | undefined) ?? scaled(size.height, scale);
  const width = (o.width as number | undefined) ?? scaled(size.width, scale);
  return `(${height}, ${width})`;
}

/** The ends of an interval, as two arguments. */
function ends(range: Json): string {
  return (range as number[]).join(', ');
}

function python(values: readonly number[]): string {
  return `(${values.join(', ')})`;
}

function largest(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs));
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^/gm, '    ')},`).join('\n');
}

function module(parts: readonly string[], report: TorchvisionExport): string {
  const body = `transform = v2.Compose([\n${indent(parts)}\n])\n`;
  const notes = [
    ...report.approximate.map((a) => `# ${a.name} is approximate: ${a.difference}.`),
    ...report.missing.map((name) => `# ${name} is left out: torchvision has nothing like it.`),
  ];
  const classes = Object.entries(torchvisionHelpers)
    .filter(([name]) => body.includes(`${name}(`))
    .map(([, code]) => `\n${code}`);
  return [
    '# For torchvision.transforms.v2, on uint8 image tensors [3, H, W].',
    ...notes,
    'import random',
    '',
    'import torch',
    'from torchvision.transforms import v2',
    '',
    ...classes,
    '',
    body,
  ].join('\n');
}
