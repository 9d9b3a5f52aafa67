import { existsSync } from 'node:fs';
import { z } from 'zod';
import {
  createTransform,
  isTransformName,
  parsePolicy,
  transformNames,
  type Params,
  type PolicyNode,
} from '../../augment/index.js';
import { readSettings } from '../../config/index.js';
import { closest, UserError } from '../../core/index.js';
import { policyFileSchema, subsetPolicySchema } from '../../run/files/index.js';
import { recipeIds, type ToolDefault, type ToolDefaults } from '../../recipes/index.js';
import { albumentationsDefaults } from './albumentations-file.js';

/** The form of our own: a tool and its defaults, in the names and options of our transforms. */
const listSchema = z.strictObject({
  tool: z.string().min(1),
  defaults: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        options: z.record(z.string(), z.json()).default({}),
        p: z.number().min(0).max(1).default(1),
        /** How it is switched off, in the tool's words. */
        off: z.string().min(1).optional(),
      }),
    )
    .min(1),
});

/**
 * Reads what a tool does from a file: a policy of Albumentations, one of ours, or a list `{tool, defaults}` of our
 * transforms (docs/check.md); YAML or JSON.
 *
 * @throws UserError `RECIPE_UNKNOWN`, `RECIPE_UNREADABLE`, `RECIPE_INVALID`, `POLICY`, `TRANSFORM_UNKNOWN`, `TRANSFORM_OPTION`
 */
export function readRecipe(path: string): ToolDefaults {
  if (!existsSync(path)) throw unknownRecipe(path);
  const json = mappingIn(path);
  try {
    const { tool, what, defaults } = recipeIn(json, path);
    const task = { what, defaults, leavesOff: {}, whole: [] };
    return { id: path, tool, tasks: { classification: task, segmentation: task } };
  } catch (error) {
    if (error instanceof UserError) throw inFile(error, path);
    throw error;
  }
}

/** @throws UserError `RECIPE_UNREADABLE` */
function mappingIn(path: string): Record<string, unknown> {
  try {
    return readSettings(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      'RECIPE_UNREADABLE',
      'Cannot read the recipe.',
      {
        where: path,
        expected: 'a YAML or JSON file, a mapping at its top level',
        got: error.problem.got ?? error.summary,
        remedy: 'docs/check.md shows each form',
      },
      { cause: error },
    );
  }
}

interface Read {
  readonly tool: string;
  readonly what: string;
  readonly defaults: ToolDefault[];
}

function recipeIn(json: Record<string, unknown>, path: string): Read {
  if ('defaults' in json) return listed(json);
  if ('transform' in json)
    return { tool: path, what: 'Albumentations', defaults: albumentationsDefaults(json) };
  const run = policyFileSchema.safeParse(json);
  // As `train --policy FILE` has it.
  const subset = run.success ? run.data.safeV2 : subsetPolicySchema.safeParse(json).data;
  if (subset !== undefined) {
    const { transforms, size, p } = subset;
    const share = p * Math.min(1, size / Math.max(1, transforms.length));
    const given = transforms.map(({ name, options = {} }) => ({ name, options, p: share }));
    return { tool: path, what: 'a policy', defaults: given.map(ours) };
  }
  if ('root' in json)
    return {
      tool: path,
      what: 'a policy',
      defaults: leavesOf(parsePolicy(json).root, 1).map(ours),
    };
  throw new UserError('RECIPE_INVALID', 'This file does not say what a tool does.', {
    expected:
      'a policy of Albumentations (with "transform"), one of ours (with "root", "transforms" or "safeV2"), or a list with "tool" and "defaults"',
    got: Object.keys(json).slice(0, 8).join(', ') || 'an empty file',
    remedy: 'docs/check.md shows each form',
  });
}

function listed(json: unknown): Read {
  const parsed = listSchema.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new UserError('RECIPE_INVALID', 'The list of defaults is invalid.', {
      where: path.join('.') || '(top level)',
      expected: 'tool, and defaults with name, options, p and off',
      got: message,
      remedy: 'docs/check.md shows the form',
    });
  }
  const { tool, defaults } = parsed.data;
  return { tool, what: 'a list of defaults', defaults: defaults.map(ours) };
}

interface Given {
  readonly name: string;
  readonly options: Params;
  /** Share of the images. */
  readonly p: number;
  readonly off?: string;
}

/** A default in the names and options of our transforms; what is none of them cannot be judged. */
function ours({ name, options, p, off = 'remove it' }: Given): ToolDefault {
  const known = isTransformName(name);
  const near = known ? undefined : closest(name, transformNames);
  // A slip of the pen would pass every check as "not judged".
  if (near !== undefined)
    throw new UserError('RECIPE_INVALID', `No augmentation here is called "${name}".`, {
      expected: transformNames.join(', '),
      got: name,
      remedy: `did you mean "${near}"?`,
    });
  if (known) createTransform({ name, options });
  const given = Object.entries(options).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return {
    name,
    setting: given.join(' ') || 'its defaults',
    p,
    how: 'one',
    operations: [{ name, same: [{ transform: name, options }] }],
    off,
    source: [],
  };
}

/** The transforms of a policy, each with its share of the images. */
function leavesOf(node: PolicyNode, share: number): Given[] {
  if (node.kind === 'transform')
    return [{ name: node.name, options: node.options, p: share * node.p }];
  const { members } = node;
  const own = share * node.p;
  if (node.kind === 'compose') return members.flatMap((member) => leavesOf(member, own));
  if (node.kind === 'oneOf') {
    // A member's p is its weight, and it is used when drawn.
    const sum = members.reduce((total, { p }) => total + p, 0);
    return members.flatMap((member) => leavesOf({ ...member, p: member.p / sum }, share));
  }
  const { n, replace } = node;
  const weights = node.weights ?? members.map(() => 1);
  const sum = weights.reduce((a, b) => a + b, 0);
  return members.flatMap((member, i) => {
    const part = sum === 0 ? 0 : weights[i] / sum;
    const drawn = replace ? 1 - (1 - part) ** n : Math.min(1, n * part);
    return leavesOf(member, own * drawn);
  });
}

function unknownRecipe(given: string): UserError {
  const near = closest(given, recipeIds);
  return new UserError('RECIPE_UNKNOWN', 'Unknown recipe: neither a tool nor a file.', {
    where: '--recipe',
    expected: `${recipeIds.join(', ')}, or a file`,
    got: given,
    remedy: near === undefined ? 'docs/check.md lists the tools' : `did you mean "${near}"?`,
  });
}

/** The same problem, with the file named before the place in it. */
function inFile({ code, summary, problem }: UserError, path: string): UserError {
  const { where } = problem;
  return new UserError(code, summary, {
    ...problem,
    where: where === undefined || where === path ? path : `${path}: ${where}`,
  });
}
