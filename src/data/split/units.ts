import { Rng } from '../../core/index.js';

/** Images that go into one part together: their indices. */
export type Unit = readonly number[];

/** Images wanted of a stratum in each part; what is left is trained on. */
export interface Wanted {
  readonly judging: number;
  readonly calibration: number;
}

export interface UnitParts {
  readonly train: number[];
  readonly judging: number[];
  readonly calibration: number[];
}

type Part = keyof UnitParts;

/**
 * Whole groups shared out over the parts: of each stratum in a random order, each to the part that is furthest from the
 * share it wants. What a stratum gives too much or too little, the next ones make up for, so that the parts have the
 * wanted sizes as well as whole groups allow. Every stratum of two groups or more is trained on and judged.
 *
 * @param strata the groups of each stratum
 * @param wanted of each stratum
 * @param trains false where all images are held out, such as those of a validation part of their own
 */
export function shareUnits(
  strata: readonly (readonly Unit[])[],
  wanted: readonly Wanted[],
  seed: number,
  trains: boolean,
): UnitParts {
  const placed: Record<Part, Unit[]>[] = [];
  const surplus: Record<Part, number> = { train: 0, judging: 0, calibration: 0 };
  strata.forEach((units, s) => {
    const images = sizeOf(units);
    const { judging, calibration } = wanted[s];
    const share: Record<Part, number> = {
      train: trains ? images - judging - calibration : 0,
      judging,
      calibration,
    };
    const want = (part: Part): number => (share[part] > 0 ? share[part] - surplus[part] : 0);
    const goal: Record<Part, number> = {
      train: want('train'),
      judging: want('judging'),
      calibration: want('calibration'),
    };
    const own: Record<Part, Unit[]> = { train: [], judging: [], calibration: [] };
    for (const unit of new Rng(seed, 'split', s).shuffle([...units]))
      own[furthest(goal, own, unit.length, trains)].push(unit);
    // What is not trained on cannot be judged; what cannot be judged says nothing.
    if (trains && own.train.length === 0) moveSmallest(own, 'judging', 'train');
    if (judging > 0 && own.judging.length === 0)
      moveSmallest(own, own.train.length > 1 || !trains ? 'train' : 'calibration', 'judging');
    for (const part of ['train', 'judging', 'calibration'] as const)
      surplus[part] += sizeOf(own[part]) - share[part];
    placed.push(own);
  });
  const calibrating = wanted.some(({ calibration }) => calibration > 0);
  if (calibrating && placed.every((own) => own.calibration.length === 0)) {
    const from = placed.find((own) => own.judging.length > 1 || own.train.length > 1);
    if (from) moveSmallest(from, from.judging.length > 1 ? 'judging' : 'train', 'calibration');
  }
  const all = (part: Part): number[] => placed.flatMap((own) => own[part].flat());
  return { train: all('train'), judging: all('judging'), calibration: all('calibration') };
}

/** The part in which half of a group more leaves the largest share of its goal open. */
function furthest(
  goal: Record<Part, number>,
  own: Record<Part, Unit[]>,
  size: number,
  trains: boolean,
): Part {
  const parts: Part[] = trains ? ['train', 'judging', 'calibration'] : ['judging', 'calibration'];
  const open = (part: Part): number =>
    goal[part] > 0 ? (goal[part] - sizeOf(own[part]) - size / 2) / goal[part] : -Infinity;
  return parts.reduce((best, part) => (open(part) > open(best) ? part : best));
}

function moveSmallest(own: Record<Part, Unit[]>, from: Part, to: Part): void {
  const units = own[from];
  if (units.length === 0) return;
  const smallest = units.reduce((a, b) => (b.length < a.length ? b : a));
  own[from] = units.filter((unit) => unit !== smallest);
  own[to].push(smallest);
}

function sizeOf(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + unit.length, 0);
}

/**
 * Images that go into one part together, each in the stratum that most of its images are in, the first of equals.
 *
 * @param of the stratum of each image of the data
 * @param count of the strata
 * @param groupOf the group of each image of the data. Default: each image is one
 * @returns the units of each stratum
 */
export function unitsOf(
  indices: Uint32Array,
  of: Int32Array,
  count: number,
  groupOf?: Int32Array,
): Unit[][] {
  const members = new Map<number, number[]>();
  for (const index of indices) {
    const group = groupOf?.[index] ?? index;
    const own = members.get(group);
    if (own === undefined) members.set(group, [index]);
    else own.push(index);
  }
  const units = Array.from({ length: count }, () => [] as Unit[]);
  for (const own of members.values()) {
    const images = new Map<number, number>();
    for (const i of own) images.set(of[i], (images.get(of[i]) ?? 0) + 1);
    const [stratum] = [...images].reduce((a, b) => (b[1] > a[1] ? b : a));
    units[stratum].push(own);
  }
  return units;
}
