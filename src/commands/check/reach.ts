import {
  createTransform,
  isTransformName,
  type Params,
  type Transform,
} from '../../augment/index.js';
import type { Size } from '../../image/image.js';
import type { Likeness } from '../../recipes/index.js';

/** One magnitude of a transform as a tool sets it, beside what was judged. */
export interface Reach {
  /** Option that the magnitude belongs to, as in `selection.json`. */
  readonly option: string;
  readonly unit: string;
  /** What the tool draws up to, in that unit. */
  readonly tool: number;
  /** What was judged, likewise; 0 where the judged options do not vary it. */
  readonly judged: number;
}

/** A tool's settings of a transform beside the judged ones. */
export interface ReachComparison {
  /** Options in which they differ in kind rather than in strength, such as the border; none where they are comparable. */
  readonly differs: readonly string[];
  /** All magnitudes that either of them varies. */
  readonly reach: readonly Reach[];
  /** Each range of the tool lies within the judged one: what keeps the labels there is taken to keep them here. */
  readonly inside: boolean;
  /** Each judged range is reached and drawn from no more gently: what breaks labels there breaks them here. */
  readonly covers: boolean;
}

/** Rounding of decimal fractions. */
const tolerance = 1e-9;
/** Other arithmetic changes the last bit. */
const immaterial = ['arithmetic'];
/** Two ways to say how large a crop is. */
const sameOption: Readonly<Record<string, string>> = { height: 'scale' };

/**
 * Compares a tool's settings with the judged ones.
 *
 * What is always at one strength m lies within a range to 2 m or more, whose mean strength is no less (docs/decisions/084-check.md).
 *
 * @param judged the options in `selection.json`
 * @param size of the images that were judged
 * @returns undefined where this version has no such transform
 * @throws UserError `TRANSFORM_OPTION`
 */
export function compareReach(
  { transform: name, options, fixed = false }: Likeness,
  judged: Params,
  size: Size,
): ReachComparison | undefined {
  if (!isTransformName(name)) return undefined;
  const tool = strengthsOf(createTransform({ name, options }), size);
  const here = strengthsOf(createTransform({ name, options: judged }), size);
  const varied = new Set([...tool.keys, ...here.keys]);
  const keys = new Set([...Object.keys(tool.options), ...Object.keys(here.options)]);
  const differs = [...keys].filter(
    (key) =>
      !varied.has(key) && !immaterial.includes(key) && !same(tool.options[key], here.options[key]),
  );
  const units = new Map([...here.units, ...tool.units]);
  const reach = [...units].map(([option, unit]): Reach => ({
    option,
    unit,
    tool: tool.full.get(option) ?? 0,
    judged: here.full.get(option) ?? 0,
  }));
  const factor = fixed ? 2 : 1;
  const sides = [...varied].flatMap((key) => {
    const centre = tool.centres.get(key) ?? here.centres.get(key);
    const [a, b] = [tool, here].map((t) => sidesOf(t.options[key], centre));
    return a && b ? [{ tool: a, judged: b }] : [];
  });
  const noMore = (a: number, b: number): boolean => a <= b * (1 + tolerance) + tolerance;
  return {
    differs,
    reach,
    inside:
      reach.every((r) => noMore(r.tool * factor, r.judged)) &&
      sides.every(
        ({ tool: a, judged: b }) =>
          noMore(a.below * factor, b.below) && noMore(a.above * factor, b.above),
      ),
    // A fixed strength is as strong as any judged one, or proves nothing.
    covers:
      reach.every((r) => noMore(r.judged, r.tool)) &&
      sides.every(
        ({ tool: a, judged: b }) =>
          noMore(b.below, a.below) && noMore(b.above, a.above) && noMore(b.least, a.least),
      ),
  };
}

interface Strengths {
  readonly options: Params;
  /** By option, as magnitudes name it. */
  readonly units: ReadonlyMap<string, string>;
  readonly full: ReadonlyMap<string, number>;
  /** Options that the magnitudes vary. */
  readonly keys: readonly string[];
  /** Of varied ranges: the value that does nothing. */
  readonly centres: ReadonlyMap<string, number>;
}

function strengthsOf(transform: Transform, size: Size): Strengths {
  const { options } = transform;
  const magnitudes = transform.magnitudes(size);
  const nameOf = (option: string): string => sameOption[option] ?? option;
  const halves = magnitudes.map((m) => ({ m, half: m.at(0.5) }));
  const keys = halves.flatMap(({ m, half }) => [
    m.option,
    nameOf(m.option),
    ...Object.keys(half).filter((key) => !same(half[key], options[key])),
  ]);
  // Half of a range lies halfway to the value that does nothing.
  const centres = halves.flatMap(({ half }) =>
    Object.entries(half).flatMap(([key, value]): [string, number][] => {
      const [before, after] = [rangeOf(options[key]), rangeOf(value)];
      return before && after && !same(before, after) ? [[key, 2 * after[0] - before[0]]] : [];
    }),
  );
  return {
    options,
    units: new Map(magnitudes.map((m) => [nameOf(m.option), m.unit])),
    full: new Map(magnitudes.map((m) => [nameOf(m.option), m.full])),
    keys,
    centres: new Map(centres),
  };
}

/** How far a range reaches to either side of the value that does nothing, and its gentlest strength. */
function sidesOf(
  value: unknown,
  centre = 0,
): { below: number; above: number; least: number } | undefined {
  const range = rangeOf(value);
  if (range === undefined) return undefined;
  const [low, high] = range;
  return {
    below: Math.max(0, centre - low),
    above: Math.max(0, high - centre),
    least: Math.max(0, low - centre, centre - high),
  };
}

function rangeOf(value: unknown): readonly [number, number] | undefined {
  const isRange =
    Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === 'number');
  return isRange ? (value as [number, number]) : undefined;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
