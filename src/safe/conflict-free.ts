import type { TransformName } from '../augment/index.js';

/** A safe augmentation, to choose the conflict-free set from. */
export interface Candidate {
  readonly name: string;
  /** Part of the task head's skill lost under it. */
  readonly harm: number;
  readonly j: number;
}

/** Up to so many candidates every subset is tried (2^18); more are taken one by one. */
const mostSearched = 18;

/**
 * The largest subset without two members in conflict; of several as large, the one with the least harm, then with
 * the least J.
 *
 * @param conflicts pairs of names; a name paired with itself, and unknown names, are ignored
 * @returns names in the order of the candidates
 */
export function conflictFree(
  candidates: readonly Candidate[],
  conflicts: readonly (readonly [string, string])[],
): string[] {
  const at = new Map(candidates.map(({ name }, i) => [name, i]));
  // Bit j of enemies[i]: i and j are in conflict.
  const enemies = new Uint32Array(candidates.length);
  for (const [a, b] of conflicts) {
    const i = at.get(a);
    const j = at.get(b);
    if (i === undefined || j === undefined || i === j) continue;
    enemies[i] |= 1 << j;
    enemies[j] |= 1 << i;
  }
  // J counts a thousandth as much as harm: it decides where harm is equal.
  const cost = candidates.map((c) => Math.max(0, c.harm) + 1e-3 * Math.max(0, c.j));
  const chosen =
    candidates.length <= mostSearched ? search(enemies, cost) : oneByOne(enemies, cost);
  return candidates.filter((_, i) => (chosen >>> i) & 1).map((c) => c.name);
}

/** Of all subsets, as bits. */
function search(enemies: Uint32Array, cost: readonly number[]): number {
  let best = 0;
  let bestSize = -1;
  let bestCost = Infinity;
  for (let set = 0; set < 1 << enemies.length; set++) {
    let size = 0;
    let sum = 0;
    let free = true;
    for (let i = 0; free && i < enemies.length; i++) {
      if (!((set >>> i) & 1)) continue;
      free = (enemies[i] & set) === 0;
      size++;
      sum += cost[i];
    }
    if (!free || size < bestSize || (size === bestSize && sum >= bestCost)) continue;
    [best, bestSize, bestCost] = [set, size, sum];
  }
  return best;
}

/** The least harmful first, each unless it is in conflict with one before; a set of bits holds at most 31. */
function oneByOne(enemies: Uint32Array, cost: readonly number[]): number {
  const order = cost.map((_, i) => i).sort((a, b) => cost[a] - cost[b]);
  let set = 0;
  for (const i of order.slice(0, 31)) if ((enemies[i] & set) === 0) set |= 1 << i;
  return set;
}

/** Safe transforms that add nothing together: what they make, another of the set makes too. */
export interface Identity {
  readonly members: readonly TransformName[];
  /** One sentence. */
  readonly same: string;
}

/** The square's symmetries among the fifteen, turns counter-clockwise; and crops of the same size. */
const identities: readonly Identity[] = [
  {
    members: ['HorizontalFlip', 'VerticalFlip', 'RandomRotate90'],
    same: 'HorizontalFlip and VerticalFlip together make a half turn, which RandomRotate90 makes too',
  },
  {
    members: ['HorizontalFlip', 'Transpose', 'RandomRotate90'],
    same: 'HorizontalFlip and Transpose together make a quarter turn, which RandomRotate90 makes too',
  },
  {
    members: ['VerticalFlip', 'Transpose', 'RandomRotate90'],
    same: 'VerticalFlip and Transpose together make a quarter turn, which RandomRotate90 makes too',
  },
  {
    members: ['HorizontalFlip', 'RandomRotate90'],
    same: 'HorizontalFlip and RandomRotate90 together make all eight symmetries of the square',
  },
  {
    members: ['RandomCrop', 'CenterCrop'],
    same: 'where both have the same size, RandomCrop can draw the window of CenterCrop',
  },
];

/** The identities whose members are all in a set. */
export function identitiesIn(names: readonly string[]): Identity[] {
  return identities.filter(({ members }) => members.every((name) => names.includes(name)));
}
