/** What a set is chosen from. */
export interface Candidate {
  readonly name: string;
  /** Part of the task head's skill lost under it. */
  readonly harm: number;
  readonly j: number;
}

/** More candidates than this are not searched through, but taken one by one. */
const mostSearched = 18;

/**
 * The largest subset without two members in conflict; of several the one with the least harm, then with the least J.
 *
 * @param conflicts pairs of names; a name with itself counts for nothing
 */
export function conflictFree(
  candidates: readonly Candidate[],
  conflicts: readonly (readonly [string, string])[],
): string[] {
  const at = new Map(candidates.map(({ name }, i) => [name, i]));
  const enemies = new Uint32Array(candidates.length);
  for (const [a, b] of conflicts) {
    const i = at.get(a);
    const j = at.get(b);
    if (i === undefined || j === undefined || i === j) continue;
    enemies[i] |= 1 << j;
    enemies[j] |= 1 << i;
  }
  const cost = candidates.map((c) => Math.max(0, c.harm) + 1e-3 * Math.max(0, c.j));
  const chosen =
    candidates.length <= mostSearched ? search(enemies, cost) : oneByOne(enemies, cost);
  return candidates.filter((_, i) => (chosen >>> i) & 1).map((c) => c.name);
}

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

/** The least harmful first, each if it is in conflict with none before; at most 31 are looked at. */
function oneByOne(enemies: Uint32Array, cost: readonly number[]): number {
  const order = cost.map((_, i) => i).sort((a, b) => cost[a] - cost[b]);
  let set = 0;
  for (const i of order.slice(0, 31)) if ((enemies[i] & set) === 0) set |= 1 << i;
  return set;
}
