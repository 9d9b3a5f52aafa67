import type { GradeName, Selection } from '../../run/files/index.js';
import { list } from '../elements.js';
import { markup, nothing, type Markup } from '../html.js';
import { listed } from '../wording.js';

const meanings: Record<GradeName, string> = {
  safe: 'not detected, and harmless',
  'label-keeping': 'harmless, though it is detected or not shown to be undetected',
  'label-breaking': 'surely harmful, detected or not',
  undecided: 'neither is sure',
};

/** The augmentations by grade, and why each has it; nothing for runs without grades. */
export function gradesInWords(selection: Selection): Markup {
  const graded = selection.augmentations.filter((a) => a.grade !== undefined);
  if (graded.length === 0 || selection.status === 'undertrained') return nothing;
  const grades = Object.keys(meanings) as GradeName[];
  const items = grades.flatMap((grade) => {
    const names = graded.filter((a) => a.grade === grade).map(({ name }) => name);
    return names.length === 0
      ? []
      : [markup`<strong>${grade}</strong> (${meanings[grade]}): ${listed(names)}`];
  });
  const reasons = graded.map((a) => markup`<strong>${a.name}</strong>: ${a.gradeReason ?? ''}`);
  return markup`${list(items)}<details><summary>Why each has its grade</summary>${list(reasons)}</details>${conflictsByHarm(selection)}`;
}

/** Label-keeping augmentations that cost more together than alone; nothing where there are none. */
function conflictsByHarm({ keepConflicts = [] }: Selection): Markup {
  if (keepConflicts.length === 0) return nothing;
  const items = keepConflicts.map(({ members, evidence, removed }) => {
    const left = removed === undefined ? '' : ` Left out of keep-v2: ${removed}.`;
    const who = members[0] === members[1] ? `${members[0]} twice` : listed(members);
    return markup`<strong>${who}</strong>: ${evidence}.${left}`;
  });
  return markup`<h3>Keep the labels alone, not together</h3>${list(items)}`;
}
