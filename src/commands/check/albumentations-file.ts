import { fromAlbumentations, type Json, type PolicyNode } from '../../augment/index.js';
import { UserError } from '../../core/index.js';
import type { Operation, ToolDefault } from '../../recipes/index.js';

type Dict = { [key: string]: Json };

/** What makes images ready for a network and changes nothing at random. */
const preparing = [
  ...['Normalize', 'ToTensorV2', 'ToTensor3D', 'ToFloat', 'FromFloat', 'Resize', 'PadIfNeeded'],
  ...['LongestMaxSize', 'SmallestMaxSize', 'NoOp', 'Lambda'],
];
const compositions = ['Compose', 'Sequential', 'OneOf', 'SomeOf', 'RandomOrder'];
/** The chance of a class where a file does not name one. */
const usualChance = 0.5;

/**
 * The transforms in what `albumentations.save` has written, each with its share of the images. Classes that nothing here
 * does, or not with these arguments, are kept: they are not judged. What only prepares images is left out.
 *
 * @throws UserError `POLICY` where it is no such file
 */
export function albumentationsDefaults(file: Record<string, unknown>): ToolDefault[] {
  const version = String(file.__version__ ?? '2.0.0');
  return walk(file.transform as Json, 1, version);
}

function walk(json: Json, share: number, version: string): ToolDefault[] {
  if (!isDict(json) || typeof json.__class_fullname__ !== 'string')
    throw new UserError('POLICY', 'The Albumentations file is invalid.', {
      expected: 'an object with "__class_fullname__" wherever a transform stands',
      got: JSON.stringify(json)?.slice(0, 80) ?? 'nothing',
    });
  const name = json.__class_fullname__.split('.').pop() ?? '';
  if (preparing.includes(name)) return [];
  const always = name === 'Compose' || json.always_apply === true;
  const p = typeof json.p === 'number' ? json.p : always ? 1 : usualChance;
  if (!compositions.includes(name)) return [leaf(name, json, share * (always ? 1 : p), version)];
  const members = Array.isArray(json.transforms) ? json.transforms : [];
  const own = share * p;
  if (name === 'OneOf') {
    const chances = members.map((m) => (isDict(m) && typeof m.p === 'number' ? m.p : usualChance));
    const sum = chances.reduce((a, b) => a + b, 0);
    return members.flatMap((member, i) =>
      walk(forced(member), sum === 0 ? 0 : (own * chances[i]) / sum, version),
    );
  }
  const n = typeof json.n === 'number' ? json.n : 1;
  const drawn =
    name === 'SomeOf' || name === 'RandomOrder' ? Math.min(1, n / Math.max(1, members.length)) : 1;
  return members.flatMap((member) => walk(member, own * drawn, version));
}

/** A member that is used whenever it is drawn. */
const forced = (member: Json): Json => (isDict(member) ? { ...member, p: 1 } : member);

function leaf(name: string, json: Dict, p: number, version: string): ToolDefault {
  const operations = operationsOf(name, json, version);
  const given = Object.entries(json).filter(
    ([key]) => !['__class_fullname__', 'p', 'always_apply'].includes(key),
  );
  return {
    name,
    setting: given.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(' ') || `p=${p}`,
    p,
    how: operations.length > 1 ? 'together' : 'one',
    operations,
    off: `remove A.${name}`,
    source: [],
  };
}

/** Both of RandomBrightnessContrast are at once what ours are apart. */
function operationsOf(name: string, json: Dict, version: string): Operation[] {
  const none = [0, 0];
  const halves = [
    { ...json, brightness_limit: none },
    { ...json, contrast_limit: none },
  ];
  const all = name === 'RandomBrightnessContrast' ? halves : [json];
  const found = all.map((one) => ours(one, version));
  const known = found.flatMap((node) => (node?.kind === 'transform' ? [node] : []));
  if (known.length < found.length) return [{ name, same: [] }];
  return known.map(({ name: transform, options }) => ({
    name: known.length > 1 ? transform : name,
    same: [{ transform, options }],
  }));
}

/** What a single class is among our transforms; undefined where it is none, or has arguments that ours does not. */
function ours(json: Dict, version: string): PolicyNode | undefined {
  const transform = { __class_fullname__: 'Compose', p: 1, transforms: [{ ...json, p: 1 }] };
  try {
    const { root } = fromAlbumentations({ __version__: version, transform });
    return root.kind === 'compose' ? root.members[0] : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function isDict(value: Json | undefined): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
