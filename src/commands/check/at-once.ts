import type { Selection } from '../../run/files/index.js';
import { gravest, standingText, type OperationFinding, type Standing } from './finding.js';

/**
 * What operations come to that are done to one image together: what one of them breaks alone is broken; what each keeps alone
 * is only known to be kept together where the run has judged the pair.
 */
export function atOnceFinding(
  operations: readonly OperationFinding[],
  selection: Selection,
): { standing: Standing; words: string; detail?: string } {
  const standing = gravest(operations.map((o) => o.standing));
  const those = operations.filter((o) => o.standing === standing);
  if (standing.startsWith('breaks'))
    return { standing, words: those.map((o) => `${o.operation}: ${o.words}`).join('; ') };
  if (standing !== 'safe' && standing !== 'label-keeping')
    return {
      standing,
      words: `${standingText[standing]}: ${those.length} of ${operations.length} operations at once`,
    };
  const members = operations.map((o) => o.transform);
  const safePair = selection.pairs?.find((p) => isPair(p.members, members));
  const keptPair = selection.keepPairs?.find((p) => isPair(p.members, members));
  const conflict = [safePair, keptPair].find((pair) => pair?.conflict);
  if (conflict !== undefined)
    return {
      standing: 'undecided',
      words: `each alone is ${standing} here; together they cost more`,
      detail: conflict.evidence,
    };
  if (standing === 'safe' && safePair !== undefined)
    return { standing, words: 'safe here, together too' };
  // Pairs of what keeps the labels are judged by harm alone.
  if (keptPair !== undefined)
    return { standing: 'label-keeping', words: 'label-keeping here, together too' };
  return { standing: 'not-judged', words: `each alone is ${standing} here; together not judged` };
}

function isPair(judged: readonly string[], members: readonly (string | undefined)[]): boolean {
  return members.length === 2 && judged.every((name) => members.includes(name));
}
